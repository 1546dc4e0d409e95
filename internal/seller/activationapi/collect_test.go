package activationapi

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

// testChain makes unrelated self-signed certificates; whether they are a chain is not decided here.
func testChain(t *testing.T, n int) ([]*x509.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var certs []*x509.Certificate
	var text bytes.Buffer
	for i := range n {
		template := &x509.Certificate{SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: "test"}}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		certs = append(certs, cert)
		if err := pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: der}); err != nil {
			t.Fatal(err)
		}
	}
	return certs, text.Bytes()
}

func TestCollect(t *testing.T) {
	certs, text := testChain(t, 3)
	s := serve(t)
	s.mux.HandleFunc("GET /v1/orders/ord_1/certificates/"+hashOf(certs[0]), s.authorized(testToken,
		func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.Header.Get("Accept"), chainType) {
				t.Errorf("Accept %q", r.Header.Get("Accept"))
			}
			says(200, chainType, "# leaf\n"+string(text))(w, r)
		}))
	got, err := s.client.Collect(t.Context(), s.receipt(), token(), hashOf(certs[0]))
	if err != nil || len(got) != 3 {
		t.Fatalf("%d certificates, %v", len(got), err)
	}
	for i, c := range certs {
		if !got[i].Equal(c) {
			t.Errorf("certificate %d is another", i)
		}
	}
}

// TestCollectInAnotherOrder: which certificate was asked for is told by its hash.
func TestCollectInAnotherOrder(t *testing.T) {
	certs, _ := testChain(t, 3)
	text := ""
	for _, i := range []int{2, 0, 1} {
		text += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certs[i].Raw}))
	}
	s := serve(t)
	s.mux.HandleFunc("GET /v1/orders/ord_1/certificates/{sha256}", says(200, chainType, text))
	got, err := s.client.Collect(t.Context(), s.receipt(), token(), hashOf(certs[0]))
	if err != nil || len(got) != 3 || !got[0].Equal(certs[0]) || !got[1].Equal(certs[2]) || !got[2].Equal(certs[1]) {
		t.Errorf("%d certificates, %v", len(got), err)
	}
}

func TestCollectFailures(t *testing.T) {
	certs, text := testChain(t, maxChain+1)
	one, _, _ := bytes.Cut(text, []byte("-----END"))
	first := string(one) + "-----END CERTIFICATE-----\n"
	second := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certs[1].Raw}))
	misnamed := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: certs[1].Raw}))
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		want   fault.Code
	}{
		"too many":        {says(200, chainType, string(text)), fault.CertificateUnreadable},
		"none":            {says(200, chainType, ""), fault.CertificateUnreadable},
		"cut in the PEM":  {says(200, chainType, string(one)), fault.CertificateUnreadable},
		"broken second":   {says(200, chainType, first+strings.Replace(first, "MII", "!!!", 1)), fault.CertificateUnreadable},
		"broken first":    {says(200, chainType, strings.Replace(first, "MII", "!!!", 1)+first), fault.CertificateUnreadable},
		"no DER":          {says(200, chainType, first+"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), fault.CertificateUnreadable},
		"another block":   {says(200, chainType, first+misnamed), fault.CertificateUnreadable},
		"another one":     {says(200, chainType, second), fault.CertificateUnreadable},
		"DER":             {says(200, chainType, string(certs[0].Raw)), fault.CertificateUnreadable},
		"another type":    {says(200, "application/x-pem-file", first), fault.ServiceHTML},
		"HTML":            {html(200), fault.ServiceHTML},
		"oversize":        {says(200, chainType, first+strings.Repeat("\n", 1<<20)), fault.ServiceOversize},
		"cut":             {cut, fault.ServiceCut},
		"redirect":        {redirect("/elsewhere"), fault.ServiceRedirect},
		"the service off": {html(500), fault.ServiceDown},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, contract.BadAnswers())
			s.mux.HandleFunc("GET /v1/orders/ord_1/certificates/{sha256}", tc.answer)
			got, err := s.client.Collect(t.Context(), s.receipt(), token(), hashOf(certs[0]))
			s.wantFault(err, tc.want)
			if got != nil {
				t.Error("there are certificates")
			}
		})
	}
}

func TestCollectNotYet(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("GET /v1/orders/ord_1/certificates/{sha256}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("sha256") == someHash {
			s.problem(w, 409, wire.ProblemTypeOrderState)
			return
		}
		s.problem(w, 404, wire.ProblemTypeNotFound)
	})
	for _, sha := range []string{"", "../../licence", someHash} {
		if _, err := s.client.Collect(t.Context(), s.receipt(), token(), sha); !errors.Is(err, seller.ErrNotYet) {
			t.Errorf("%q: %v", sha, err)
		}
	}
	_, err := s.client.Collect(t.Context(), s.receipt(), token(), strings.Replace(someHash, "a", "b", 1))
	s.wantFault(err, fault.NotFound)
}
