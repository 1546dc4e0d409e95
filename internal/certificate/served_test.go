package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"
)

func TestWhatAWebsiteServes(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	rootKey, lowerKey := newKey(), newKey()
	serial := int64(0)
	sign := func(name string, days int, names []string, by *x509.Certificate, key, with *ecdsa.PrivateKey) *x509.Certificate {
		serial++
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, Organization: []string{name}}, DNSNames: names,
			NotBefore: now.AddDate(0, 0, days), NotAfter: now.AddDate(0, 0, days+90),
			IsCA: names == nil, BasicConstraintsValid: true,
		}
		if by == nil {
			by = c
		}
		der, err := x509.CreateCertificate(rand.Reader, c, by, key.Public(), with)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	root := sign("Root", -80, nil, nil, rootKey, rootKey)
	lower := sign("Lower", -80, nil, root, lowerKey, rootKey)
	const host = "www.example.ch"
	leaf := func(days int, names ...string) *x509.Certificate {
		return sign(names[0], days, names, lower, newKey(), lowerKey)
	}
	ours, older, newer := leaf(-1, host, "*.example.ch"), leaf(-60, host), leaf(0, host)
	own := newKey()
	default0 := sign("localhost", -10, []string{"localhost"}, nil, own, own)
	for name, tt := range map[string]struct {
		sent []*x509.Certificate
		host string
		want string
	}{
		"as it should be":      {[]*x509.Certificate{ours, lower}, host, "served-ours served-whole"},
		"with the root":        {[]*x509.Certificate{ours, lower, root}, host, "served-ours served-whole"},
		"alone":                {[]*x509.Certificate{ours}, host, "served-ours served-incomplete"},
		"the one before":       {[]*x509.Certificate{older, lower}, host, "served-older served-whole"},
		"one before, run out":  {[]*x509.Certificate{leaf(-200, host), lower}, host, "served-older served-expired served-whole"},
		"one after":            {[]*x509.Certificate{newer, lower}, host, "served-newer served-whole"},
		"one after, too early": {[]*x509.Certificate{leaf(3, host)}, host, "served-newer served-early served-incomplete"},
		"of another name":      {[]*x509.Certificate{leaf(-5, "shop.example.org"), lower}, host, "served-other served-whole"},
		"nobody set it up":     {[]*x509.Certificate{default0}, host, "served-other"},
		"under a new name":     {[]*x509.Certificate{ours, lower}, "example.org", "served-ours served-name served-whole"},
	} {
		var got []string
		for _, f := range JudgeServed(tt.host, tt.sent, ours, []*x509.Certificate{lower}, now) {
			got = append(got, string(f.Kind))
			if f.Warning != (f.Advice.ID != "") {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	if got := Hosts(ours); len(got) != 1 || got[0] != host {
		t.Errorf("looked at: %q", got)
	}
}
