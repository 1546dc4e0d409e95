package desk_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gopkcs12 "software.sslmate.com/src/go-pkcs12"

	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
	"certdesk/internal/vault"
)

// elsewhere is a key and its request as another program makes them: OpenSSL.
type elsewhere struct{ key, request []byte }

var made = map[string]func() elsewhere{}

// foreign makes a key and a request for a mailbox with OpenSSL, once for each.
func foreign(t testing.TB, mailbox string) elsewhere {
	t.Helper()
	mu.Lock()
	defer mu.Unlock()
	if made[mailbox] == nil {
		dir := t.TempDir()
		key, req := filepath.Join(dir, "key.pem"), filepath.Join(dir, "req.pem")
		out, err := exec.CommandContext(t.Context(), "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", // #nosec G204
			"-nodes", "-keyout", key, "-subj", "/CN="+mailbox, "-out", req).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		both := elsewhere{must(os.ReadFile(key))(t), must(os.ReadFile(req))(t)}
		made[mailbox] = func() elsewhere { return both }
	}
	return made[mailbox]()
}

var mu sync.Mutex

// withRequest is a draft with a request of the customer's own.
func (r *run) withRequest() string {
	r.w.t.Helper()
	id := r.draft()
	brought := must(r.Redeem.ReadRequest(foreign(r.w.t, "anna@example.ch").request))(r.w.t)
	if len(brought) != 1 {
		r.w.t.Fatalf("%d requests", len(brought))
	}
	must(r.Redeem.UseRequest(context.Background(), id, brought[0].DER))(r.w.t)
	return id
}

func (r *run) issued(id string) {
	r.w.t.Helper()
	ok(r.w.t, r.Redeem.Submit(context.Background(), id))
	r.w.seller.issue()
	r.w.clock.advance(time.Minute)
	if o := must(r.Refresher.Look(context.Background(), id))(r.w.t); o.Phase != order.PhaseReady {
		r.w.t.Fatalf("phase %s, %+v", o.Phase, o.LastFault)
	}
}

// TestOwnRequest: the seller gets the very request that was brought, and no key is made for it; certificate and
// chain come out as files, and with the key, once it is brought, everything else.
func TestOwnRequest(t *testing.T) {
	w, r := fresh(t)
	id := r.withRequest()
	o := r.order(id)
	if o.Application.KeyChoice != (order.KeyChoice{Algorithm: order.ECDSA, Size: 256}) || !order.Sendable(r.Redeem.Problems(o)) {
		t.Fatalf("%+v, %+v", o.Application.KeyChoice, r.Redeem.Problems(o))
	}
	typed := o.Application
	typed.Request, typed.KeyChoice, typed.Comment = nil, order.KeyChoice{}, "typed"
	ok(t, r.Redeem.Save(t.Context(), id, typed, order.StepReview))
	if now := r.order(id).Application; !now.OwnRequest() || now.KeyChoice != o.Application.KeyChoice || now.Comment != "typed" {
		t.Errorf("typing changed the request: %+v", now)
	}
	r.issued(id)
	o = r.order(id)
	b, _ := pem.Decode(foreign(t, "anna@example.ch").request)
	if !bytes.Equal(o.CSR, b.Bytes) || o.KeyID != "" {
		t.Errorf("the request of the order is another one, or it has a key %q", o.KeyID)
	}
	if holds := w.ring.holds(); len(holds["key"]) != 0 || len(holds["token"]) != 1 {
		t.Errorf("the keyring holds %v", holds)
	}
	if here := must(r.Exports.KeyHere(t.Context(), o))(t); here {
		t.Error("the key is said to be here")
	}
	_, err := r.Exports.Make(t.Context(), id, to(destination.Thunderbird, w))
	wantFault(t, err, fault.KeyNotHere)
	alone := must(r.Exports.Make(t.Context(), id, to(destination.Certificate, w)))(t)
	if len(alone.Files) != 3 || alone.Password() != "" || len(r.names()) != 3 {
		t.Errorf("%+v, %v", alone.Files, r.names())
	}
	ok(t, r.Exports.Shown(t.Context(), alone.ID))

	_, err = r.Exports.ReadKey(t.Context(), id, foreign(t, "somebody@example.ch").key, secret.Value{})
	wantFault(t, err, fault.KeyFileForeign)
	if holds := w.ring.holds(); len(holds["key"]) != 0 {
		t.Errorf("a foreign key was kept: %v", holds)
	}
	key := must(r.Exports.ReadKey(t.Context(), id, foreign(t, "anna@example.ch").key, secret.Value{}))(t)
	ok(t, r.Exports.AddKey(t.Context(), id, key))
	o = r.order(id)
	if here := must(r.Exports.KeyHere(t.Context(), o))(t); !here {
		t.Error("the key is not here")
	}
	v := must(r.Orders.View(t.Context(), id))(t)
	if len(v.Keys) != 1 || v.Keys[0].Origin != string(vault.Imported) || v.KeyID != v.Keys[0].ID {
		t.Errorf("keys %+v, the order's is %q", v.Keys, v.KeyID)
	}
	file := must(r.Exports.Make(t.Context(), id, to(destination.Thunderbird, w)))(t)
	private, leaf, _, err := gopkcs12.DecodeChain(must(os.ReadFile(file.Files[0].Path))(t), file.Password())
	if err != nil || private == nil || !spki.Equal(leaf.PublicKey, must(x509.ParseCertificateRequest(b.Bytes))(t).PublicKey) {
		t.Errorf("%v", err)
	}
}

// TestAWrongRequestIsNotSent, however it came into the draft, and can be put right.
func TestAWrongRequestIsNotSent(t *testing.T) {
	_, r := fresh(t)
	id := r.draft()
	b, _ := pem.Decode(foreign(t, "somebody@example.ch").request)
	o := must(r.Redeem.UseRequest(t.Context(), id, b.Bytes))(t)
	if problems := order.ProblemsOf(r.Redeem.Problems(o), order.FieldRequest); len(problems) != 2 || order.Sendable(problems) {
		t.Errorf("%+v", problems)
	}
	wantFault(t, r.Redeem.Submit(t.Context(), id), fault.FieldInvalid)
	a := o.Application
	a.Mailbox = "somebody@example.ch" // the names of the request
	ok(t, r.Redeem.Save(t.Context(), id, a, order.StepReview))
	ok(t, r.Redeem.Submit(t.Context(), id))
	if _, err := r.Redeem.UseRequest(t.Context(), id, b.Bytes); !fault.Is(err, fault.OrderState) {
		t.Errorf("another request for what was sent: %v", err)
	}
}

// TestOneChoiceAtATime: a request in the place of a key, and a key in the place of a request.
func TestOneChoiceAtATime(t *testing.T) {
	w, r := fresh(t)
	id := r.keyed()
	first := r.order(id).KeyID
	b, _ := pem.Decode(foreign(t, "anna@example.ch").request)
	if o := must(r.Redeem.UseRequest(t.Context(), id, b.Bytes))(t); o.KeyID != "" || !o.Application.OwnRequest() {
		t.Errorf("%q, %v", o.KeyID, o.Application.OwnRequest())
	}
	if o := must(r.Redeem.DropRequest(t.Context(), id))(t); o.Application.OwnRequest() || o.Application.KeyChoice != (order.KeyChoice{}) {
		t.Errorf("%+v", o.Application)
	}
	must(r.Redeem.UseRequest(t.Context(), id, b.Bytes))(t)
	ok(t, r.Redeem.MakeKey(t.Context(), id, order.KeyChoice{}, func(desk.KeyStage) {}))
	o := r.order(id)
	if o.Application.OwnRequest() || o.KeyID == "" || o.KeyID == first {
		t.Errorf("%q, %+v", o.KeyID, o.Application)
	}
	r.issued(id)
	if r.order(id).CSR == nil || bytes.Equal(r.order(id).CSR, b.Bytes) {
		t.Error("the request that was dropped was sent")
	}
	// The key that was not used in the end is known, and goes with the order.
	if f := must(r.again().Orders.Start(t.Context()))(t); len(f.Ownerless) != 0 || len(w.ring.holds()["key"]) != 2 {
		t.Errorf("%+v, %v", f.Ownerless, w.ring.holds())
	}
}

// TestAPrivateKeyIsNeitherKeptNorLogged, whatever it is brought as.
func TestAPrivateKeyIsNeitherKeptNorLogged(t *testing.T) {
	w, r := fresh(t)
	id := r.draft()
	key := foreign(t, "anna@example.ch").key
	canary := string(key[60:90])
	_, err := r.Redeem.ReadRequest(append(slices.Clone(foreign(t, "anna@example.ch").request), key...))
	wantFault(t, err, fault.RequestPrivateKey)
	b, _ := pem.Decode(key)
	if _, err := r.Redeem.UseRequest(t.Context(), id, b.Bytes); !fault.Is(err, fault.RequestUnreadable) {
		t.Errorf("used as a request: %v", err)
	}
	ok(t, r.store.Close())
	ok(t, filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(canary)) || bytes.Contains(data, b.Bytes[20:60]) {
			t.Errorf("the key stands in %s", path)
		}
		return err
	}))
	if strings.Contains(w.log.String(), canary) || strings.Contains(fmt.Sprint(err), canary) {
		t.Error("the key stands in the log")
	}
}

// ownGoOn is a customer with a request of their own who does the next thing, whatever the screen shows.
func (r *run) ownGoOn(der, key []byte) error {
	ctx := context.Background()
	o, err := r.fillIn(ctx, ticket(), func(order.Licence) order.Application { return anna() })
	if err != nil {
		return err
	}
	if o.Phase == order.PhaseDraft {
		if o, err = r.Redeem.UseRequest(ctx, o.ID, der); err != nil {
			return err
		}
	}
	if o.Phase != order.PhaseReady {
		if err := r.Redeem.Submit(ctx, o.ID); err != nil {
			return err
		}
		r.w.seller.issue()
		r.w.clock.advance(time.Minute)
		if o, err = r.Refresher.Look(ctx, o.ID); err != nil {
			return err
		}
	}
	if here, err := r.Exports.KeyHere(ctx, o); err != nil || here {
		return err
	}
	k, err := r.Exports.ReadKey(ctx, o.ID, key, secret.Value{})
	if err != nil {
		return err
	}
	return r.Exports.AddKey(ctx, o.ID, k)
}

// TestKilledWithAnOwnRequest: the next start has the request, one order, and the key that was added either whole or
// not at all.
func TestKilledWithAnOwnRequest(t *testing.T) {
	brought := foreign(t, "anna@example.ch")
	b, _ := pem.Decode(brought.request)
	story{
		goOn: func(r *run) error { return r.ownGoOn(b.Bytes, brought.key) },
		judge: func(r *run) {
			// The key is there, and where it was not listed yet, it is by now.
			ok(r.w.t, r.Redeem.MakeKey(context.Background(), r.rowIDs()[0], order.KeyChoice{}, func(desk.KeyStage) {}))
			if v := r.theOrder(order.Ready); !bytes.Equal(v.CSR, b.Bytes) {
				r.w.t.Error("another request")
			}
		},
	}.atEveryMoment(t)
}

// TestOwnPassword: the file opens with the password that the customer has made up, which costs a guesser more;
// one that no program or every guesser takes is refused.
func TestOwnPassword(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	o := to(destination.Outlook, w)
	const own = "Sixteen letters, at least"
	o.Password = secret.FromString(own)
	file := must(r.Exports.Make(t.Context(), id, o))(t)
	if _, _, _, err := gopkcs12.DecodeChain(must(os.ReadFile(file.Files[0].Path))(t), own); err != nil || file.Password() != "" {
		t.Errorf("%v, shown %q", err, file.Password())
	}
	o.KeepBoth = true
	for text, code := range map[string]fault.Code{"fifteen letters": fault.PasswordShort, "Zürich Zürich Zürich": fault.PasswordNotASCII} {
		o.Password = secret.FromString(text)
		_, err := r.Exports.Make(t.Context(), id, o)
		wantFault(t, err, code)
		d, _ := destination.Find(destination.Outlook, order.SMIME)
		_, err = r.Exports.JudgePassword(d, text)
		wantFault(t, err, code)
	}
	d, _ := destination.Find(destination.Thunderbird, order.SMIME)
	if strength, err := r.Exports.JudgePassword(d, "fifteen letters"); err != nil || strength.Words.IsZero() {
		t.Errorf("for the newer encryption: %v, %+v", err, strength)
	}
}

// TestTheNewerEncryptionByChoice: a shorter password of one's own is enough for it.
func TestTheNewerEncryptionByChoice(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	o := to(destination.Outlook, w)
	o.Instead, o.Password = true, secret.FromString("twelve chars")
	file := must(r.Exports.Make(t.Context(), id, o))(t)
	if _, _, _, err := gopkcs12.DecodeChain(must(os.ReadFile(file.Files[0].Path))(t), "twelve chars"); err != nil || file.Files[0].Profile != destination.Strong {
		t.Errorf("%v, %s", err, file.Files[0].Profile)
	}
}

// TestInstead: for a program that calls the right password wrong there is the other encryption, with the reason.
func TestInstead(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	o := to(destination.Outlook, w)
	first := must(r.Exports.Make(t.Context(), id, o))(t)
	o.Instead = true
	second := must(r.Exports.Make(t.Context(), id, o))(t)
	if first.Files[0].Profile != destination.Compatible || second.Files[0].Profile != destination.Strong ||
		second.Next.ID != "destination.why.strong" || len(r.names()) != 2 {
		t.Errorf("%+v, then %+v: %s; %v", first.Files, second.Files, second.Next.ID, r.names())
	}
}
