package acme

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/seller"
)

// maxNames is how many names an order may have: what the largest authorities take.
const maxNames = 100

const maxDirectory = 64 << 10

// Lookup reads the directory, and nothing else. That the account is known there is shown only by asking for it,
// which is part of sending.
func (c *Client) Lookup(ctx context.Context, t activation.Ticket) (seller.Found, error) {
	address, keyID, ok := activation.SplitACME(t.Service)
	u, err := url.Parse(address)
	if !ok || err != nil {
		return seller.Found{}, fault.New(fault.NotADirectory, nil, "host", t.Service)
	}
	dir, err := c.directory(ctx, u)
	if err != nil {
		return seller.Found{}, err
	}
	meta := acme.DirectoryMeta{}
	if dir.Meta != nil {
		meta = *dir.Meta
	}
	a, found, err := c.find(ctx, address, keyID)
	if err != nil {
		return seller.Found{}, err
	}
	if meta.ExternalAccountRequired && !activation.HasKey(t.Code) && !(found && a.URL != "") {
		return seller.Found{}, fault.New(fault.BindingMissing, nil, "host", u.Host)
	}
	l := licence(u, meta)
	l.OpensAccount = !found || a.URL == ""
	l.Bound = l.OpensAccount && activation.HasKey(t.Code)
	return seller.Found{
		Licence: l,
		Service: seller.Service{Origin: u.Scheme + "://" + u.Host, Name: nameOf(u.Host), Homepage: webPage(meta.Website), Endpoint: address},
	}, nil
}

// directory reads a directory and refuses what is none.
func (c *Client) directory(ctx context.Context, u *url.URL) (acme.Directory, error) {
	var dir acme.Directory
	rep, err := c.o.HTTP.Do(ctx, httpclient.Request{Method: http.MethodGet, URL: u, Repeatable: true, MaxBytes: maxDirectory})
	if err != nil {
		return dir, err
	}
	if err := rep.Fault(); err != nil {
		return dir, err
	}
	if rep.Status != http.StatusOK || json.Unmarshal(rep.Body, &dir) != nil ||
		dir.NewNonce == "" || dir.NewAccount == "" || dir.NewOrder == "" {
		return dir, fault.New(fault.NotADirectory, nil, "host", u.Host)
	}
	return dir, (&session{at: u, host: u.Host}).ours(dir.NewNonce, dir.NewAccount, dir.NewOrder)
}

// licence is what a directory sells, as far as ACME says it: certificates for websites with proven names.
func licence(u *url.URL, meta acme.DirectoryMeta) order.Licence {
	l := order.Licence{
		ID: u.String(), State: order.LicenceValid, SellerName: nameOf(u.Host), MayBill: true,
		Product: order.Product{
			ID: "acme", Name: "TLS (ACME)", Type: order.TLS, Validation: order.ValidationDomain, CA: nameOf(u.Host),
			Names: order.NameRules{Kinds: []string{"dns"}, Min: 1, Max: maxNames, Wildcard: "yes", IDN: true, Exact: true},
			Keys: []order.KeyRule{
				{Algorithm: order.ECDSA, Sizes: []int{256, 384}}, {Algorithm: order.RSA, Sizes: []int{2048, 3072, 4096}},
			},
			ProofMethods: []string{"dns_txt", "http_file"},
			Expected:     order.Expected{MinMinutes: 1, MaxMinutes: 10},
		},
	}
	for _, identity := range meta.CAAIdentities {
		if identity = i18n.Clean(identity, 253); identity != "" && len(l.Product.CAAIdentities) < 16 {
			l.Product.CAAIdentities = append(l.Product.CAAIdentities, identity)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(meta.Profiles)) {
		if len(name) <= 64 && i18n.Clean(name, 64) == name && len(l.Product.Profiles) < 32 {
			l.Product.Profiles = append(l.Product.Profiles, order.Profile{Name: name, Description: i18n.Clean(meta.Profiles[name], 300)})
		}
	}
	if terms := termsOf(meta); terms != "" {
		l.Terms = []order.Terms{{ID: terms, URL: webPage(terms)}} // what can't be opened is shown as it is
	}
	return l
}

// termsOf is where a directory's terms are, as it says it; empty: it has none.
func termsOf(meta acme.DirectoryMeta) string { return i18n.Clean(meta.TermsOfService, 2048) }

// webPage lets through what may be opened in a browser.
func webPage(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(text) > 2048 || i18n.Clean(text, 2048) != text {
		return ""
	}
	return u.String()
}
