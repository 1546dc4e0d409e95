package activationapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"mime"
	"net/http"
	"slices"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/wire"
)

// maxChain is how many certificates an answer may hold. A chain has three or four.
const maxChain = 20

// Collect fetches the certificate with this SHA-256 (as the order's snapshot lists it) and what the service
// adds, leaf first. Without a hash, or where the service says that there is none yet: [seller.ErrNotYet].
// What is no chain of certificates, or not the one asked for, is a fault CertificateUnreadable.
func (c *Client) Collect(ctx context.Context, r seller.Receipt, token secret.Value, sha string) ([]*x509.Certificate, error) {
	if !hash.MatchString(sha) {
		return nil, seller.ErrNotYet
	}
	p, err := c.order(ctx, r)
	if err != nil {
		return nil, err
	}
	rep, err := c.do(ctx, p, call{
		method: http.MethodGet, path: orderPath(r.ID, "certificates", sha), credential: token, accept: chainType,
	})
	if err != nil {
		return nil, err
	}
	if rep.Status/100 != 2 {
		doc, f := c.problem(p, rep)
		if rep.Status == http.StatusConflict && typeOf(doc) == wire.ProblemTypeOrderState {
			return nil, seller.ErrNotYet
		}
		return nil, f
	}
	if t, _, err := mime.ParseMediaType(rep.Header.Get("Content-Type")); err != nil || t != chainType {
		return nil, fault.New(fault.ServiceHTML, nil, "host", p.host)
	}
	chain, ok := parseChain(rep.Body)
	at := slices.IndexFunc(chain, func(c *x509.Certificate) bool { return hashOf(c) == sha })
	if !ok || at < 0 {
		return nil, fault.New(fault.CertificateUnreadable, nil, "host", p.host)
	}
	// Some services send the chain in another order than the contract has it.
	return slices.Concat(chain[at:at+1], chain[:at], chain[at+1:]), nil
}

// parseChain reads certificates in PEM (RFC 7468). Text between the blocks is passed over, as there; a block
// of another kind, or one that can't be read, spoils the whole.
func parseChain(body []byte) ([]*x509.Certificate, bool) {
	var chain []*x509.Certificate
	blocks := bytes.Count(body, []byte("-----BEGIN")) // pem.Decode passes over what it can't read
	for {
		block, rest := pem.Decode(body)
		if block == nil {
			return chain, len(chain) > 0 && len(chain) == blocks
		}
		if block.Type != "CERTIFICATE" || len(chain) == maxChain {
			return nil, false
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, false
		}
		chain, body = append(chain, cert), rest
	}
}

func hashOf(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}
