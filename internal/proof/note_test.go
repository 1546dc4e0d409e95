package proof_test

import (
	"context"
	"net/url"
	"testing"

	"certdesk/internal/proof"
)

// behind is a website that redirects to one whose certificate is not right.
type behind struct{ proof.Network }

func (b behind) Fetch(context.Context, *url.URL) (proof.Page, error) {
	return proof.Page{Status: 200, Body: []byte(value), At: &url.URL{Scheme: "https", Host: "www.example.ch"}, Unverified: true}, nil
}

// TestAFileBehindAWrongCertificate: it counts, as it does for authorities, and is said.
func TestAFileBehindAWrongCertificate(t *testing.T) {
	w := newWorld(t)
	w.network = behind{w.network}
	if r := w.look(fileTask())[0]; !r.OK() || r.Findings[0].Do.ID != "proof.file-right.do-unverified" {
		t.Errorf("got %+v", r)
	}
}
