package ledger_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/assets"
	"certdesk/internal/demo/authority"
	"certdesk/internal/demo/ledger"
	"certdesk/internal/i18n"
	"certdesk/internal/seller/activationapi/wire"
)

// openAt opens a copy of an old file at a moment.
func openAt(t *testing.T, now time.Time) *ledger.Ledger {
	t.Helper()
	data, err := os.ReadFile("testdata/orders-1.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "orders.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	words, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := authority.Open(filepath.Join(dir, "authority.pem"), now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(ledger.Options{
		Path: filepath.Join(dir, "orders.json"), Now: func() time.Time { return now }, Rand: rand.Reader, Words: words,
		Issue: func(r authority.Request, at time.Time) ([]*x509.Certificate, error) { return ca.Issue(r, at) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The file of an earlier program is read: an issued order keeps its certificate, an open one its task, whose
// old mail still confirms it.
func TestAFileOfVersion1GoesOn(t *testing.T) {
	l := openAt(t, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	err := l.Update(func(c *ledger.Change) error {
		issued, open := c.Orders[0], c.Orders[1]
		if issued.State != wire.OrderStateIssued || issued.Certificate == nil || issued.Names[0].Value != "anna.muster@shop.example" {
			t.Errorf("%+v", issued)
		}
		if task := open.Task("mailbox"); task == nil || task.Kind != wire.TaskKindConfirmMailbox || task.State != wire.TaskStateOpen {
			t.Fatalf("%+v", open.Tasks)
		}
		if err := c.Confirm(c.Mails[1]); err != nil {
			t.Fatal(err)
		}
		if open.State != wire.OrderStateIssued || open.Certificate == nil {
			t.Errorf("after confirming: %+v", open)
		}
		block, _ := ledger.Request(*open.Application.CSR)
		if _, ok := block.PublicKey.(*ecdsa.PublicKey); !ok || !strings.Contains(open.Certificate.Chain, "BEGIN CERTIFICATE") {
			t.Error("the certificate is not there")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What was to happen by itself still does: nobody confirms, and the order lapses.
func TestAnOldOrderStillLapses(t *testing.T) {
	l := openAt(t, time.Date(2026, 12, 24, 12, 0, 0, 0, time.UTC))
	err := l.View(func(s *ledger.State, _ time.Time) {
		if o := s.Orders[1]; o.State != wire.OrderStateLapsed || o.Tasks[0].State != wire.TaskStateExpired {
			t.Errorf("%s %+v", o.State, o.Tasks[0])
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFileThatIsDamagedIsNotTouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.json")
	if err := os.WriteFile(path, []byte(`{"version":1,"orders":[{"task":7}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Open(ledger.Options{Path: path}); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("%v", err)
	}
}
