package certificate_test

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"certdesk/internal/certificate"
	"certdesk/internal/fault"
)

// ladder is a root with n authorities below it, the lowest first, and the leaf below those. Each but the root says
// where the one above it is.
func ladder(n int) (leaf *x509.Certificate, above []*x509.Certificate, root *x509.Certificate) {
	at := func(name string) []string { return []string{"http://aia.example/" + name} }
	key := newKey()
	root = issue(caTemplate("Ladder Root"), nil, key.Public(), key)
	parent, parentKey := root, key
	for i := n; i > 0; i-- {
		next := newKey()
		tpl := caTemplate(fmt.Sprint("Ladder ", i))
		tpl.IssuingCertificateURL = at(parent.Subject.CommonName)
		parent, parentKey = issue(tpl, parent, next.Public(), parentKey), next
		above = append([]*x509.Certificate{parent}, above...)
	}
	tpl := mailTemplate()
	tpl.IssuingCertificateURL = at(parent.Subject.CommonName)
	return issue(tpl, parent, newKey().Public(), parentKey), above, root
}

// shelf answers with certificates by their names, and counts.
type shelf struct {
	certs []*x509.Certificate
	asked []string
}

func (s *shelf) fetch(_ context.Context, u *url.URL) ([]byte, error) {
	name := strings.TrimPrefix(u.Path, "/")
	s.asked = append(s.asked, name)
	for _, c := range s.certs {
		if c.Subject.CommonName == name {
			return c.Raw, nil
		}
	}
	return nil, errors.New("nobody there")
}

func names(certs []*x509.Certificate) string {
	var out []string
	for _, c := range certs {
		out = append(out, c.Subject.CommonName)
	}
	return strings.Join(out, ", ")
}

// What is missing is fetched at every height, with what is here in between, and no further than a root.
func TestMissingAtAnyHeight(t *testing.T) {
	leaf, above, root := ladder(3)
	all := append(slices.Clone(above), root)
	for _, c := range []struct {
		name        string
		have, shelf []*x509.Certificate
		want, asked string
		sure        bool
	}{
		{"all three", nil, all, "Ladder 1, Ladder 2, Ladder 3", "Ladder 1, Ladder 2, Ladder 3, Ladder Root", true},
		{"the upper two", above[:1], all, "Ladder 1, Ladder 2, Ladder 3", "Ladder 2, Ladder 3, Ladder Root", false},
		{"one in the middle", []*x509.Certificate{above[0], above[2]}, all, "Ladder 1, Ladder 2, Ladder 3", "Ladder 2, Ladder Root", false},
		{"only a root", above, all, "Ladder 1, Ladder 2, Ladder 3", "Ladder Root", false},
		{"the next is out of reach", nil, above[:1], "Ladder 1", "Ladder 1, Ladder 2", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			gap := certificate.Missing(leaf, c.have)
			if gap.Host != "aia.example" || gap.Sure != c.sure {
				t.Errorf("%+v", gap)
			}
			s := &shelf{certs: c.shelf}
			got, err := certificate.FetchIssuers(t.Context(), leaf, c.have, s.fetch)
			if err != nil || names(got) != c.want || strings.Join(s.asked, ", ") != c.asked {
				t.Errorf("%s, asked for %v, %v", names(got), s.asked, err)
			}
		})
	}
	if gap := certificate.Missing(leaf, all); gap.Host != "" {
		t.Errorf("with its root: %+v", gap)
	}
}

// However many there are, a press asks a few times.
func TestNotForEver(t *testing.T) {
	leaf, above, _ := ladder(12)
	s := &shelf{certs: above}
	got, err := certificate.FetchIssuers(t.Context(), leaf, nil, s.fetch)
	if err != nil || len(got) != 4 || len(s.asked) != 4 {
		t.Errorf("%d, asked %d times, %v", len(got), len(s.asked), err)
	}
	if got, err = certificate.FetchIssuers(t.Context(), leaf, above[:8], s.fetch); err != nil || len(got) != 8 || len(s.asked) != 4 {
		t.Errorf("%d, asked %d times, %v", len(got), len(s.asked), err)
	}
}

// Two authorities that have signed each other lead in no circle.
func TestNotInACircle(t *testing.T) {
	a, b := newKey(), newKey()
	named := func(name, above string) *x509.Certificate {
		tpl := caTemplate(name)
		tpl.IssuingCertificateURL = []string{"http://aia.example/" + above}
		return tpl
	}
	rootOfB := issue(named("B", "A"), caTemplate("A"), b.Public(), a)
	one := issue(named("A", "B"), rootOfB, a.Public(), b)
	tpl := mailTemplate()
	tpl.IssuingCertificateURL = []string{"http://aia.example/A"}
	leaf := issue(tpl, one, newKey().Public(), a)
	s := &shelf{certs: []*x509.Certificate{one, rootOfB}}
	got, err := certificate.FetchIssuers(t.Context(), leaf, nil, s.fetch)
	if err != nil || names(got) != "A, B" || len(s.asked) > 3 {
		t.Errorf("%s, asked for %v, %v", names(got), s.asked, err)
	}
	if _, err = certificate.FetchIssuers(t.Context(), leaf, got, s.fetch); !fault.Is(err, fault.IssuerOther) {
		t.Errorf("again: %v, asked for %v", err, s.asked)
	}
}

// What hasn't signed is not taken, at any height, and an authority that nobody can reach is said.
func TestWhoHasNotSigned(t *testing.T) {
	leaf, above, _ := ladder(2)
	for _, have := range [][]*x509.Certificate{nil, above[:1]} {
		_, err := certificate.FetchIssuers(t.Context(), leaf, have, func(context.Context, *url.URL) ([]byte, error) {
			return testWorld().stranger.Raw, nil
		})
		if !fault.Is(err, fault.IssuerOther) {
			t.Errorf("%d above: %v", len(have), err)
		}
		_, err = certificate.FetchIssuers(t.Context(), leaf, have, (&shelf{}).fetch)
		if !fault.Is(err, fault.IssuerUnreachable) {
			t.Errorf("%d above: %v", len(have), err)
		}
	}
}

// A chain that ends below a root that programs have lacks nothing; nor does the certificate of such a root that an
// older one has signed.
func TestBelowAKnownRoot(t *testing.T) {
	isrg := pkix.Name{Country: []string{"US"}, Organization: []string{"Internet Security Research Group"}, CommonName: "ISRG Root X1"}
	for _, known := range []bool{true, false} {
		name := isrg
		if !known {
			name.CommonName += "0"
		}
		key, middleKey := newKey(), newKey()
		rootTpl := caTemplate("")
		rootTpl.Subject = name
		root := issue(rootTpl, nil, key.Public(), key)
		old := newKey()
		rootTpl.IssuingCertificateURL = []string{"http://aia.example/Old"}
		cross := issue(rootTpl, caTemplate("Old"), key.Public(), old)
		tpl := caTemplate("Middle")
		tpl.IssuingCertificateURL = []string{"http://aia.example/root"}
		middle := issue(tpl, root, middleKey.Public(), key)
		leaf := issue(mailTemplate(), middle, newKey().Public(), middleKey)
		for _, chain := range [][]*x509.Certificate{{middle}, {middle, cross}} {
			if gap := certificate.Missing(leaf, chain); (gap.Host == "") != known || certificate.Whole(leaf, chain) != known {
				t.Errorf("known %v, %d above: %+v", known, len(chain), gap)
			}
		}
	}
}
