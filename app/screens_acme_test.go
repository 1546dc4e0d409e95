package main

import (
	"context"
	"strings"
	"testing"

	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
)

// accountKey stands for an HMAC key.
var accountKey = strings.Repeat("Example-Key_", 4)[:43]

// accountScreens are an account with a certificate authority: what is read and asked at step 1, and a name whose
// values no longer count at step 8.
func accountScreens(t *testing.T, s setup) {
	s.script = &script{}
	w := start(t, s)
	w.beginWith("Directory: https://acme.shop.example.ch/v2/DV\nKey ID: k-4711\nHMAC key: " + accountKey)
	w.see(w.word("acme.found-key"))
	w.screen("account-found")
	w.paste("EAB key ID: k-4711\nEAB HMAC key: " + accountKey[:20])
	w.press("journey.continue")
	w.saw("directory-missing")
	w.screen("account-asked")
	w.paste("https://acme.zerossl.com/v2/DV90")
	w.see(w.word("acme.optional"))
	w.screen("account-directory")
	w.stop()
	s.data = ""
	failed := byRecord("a", shopName)
	failed.State, failed.UsedUp = order.TaskFailed, "proof"
	failed.Methods = []string{"dns_txt", "http_file"}
	failed.LastResult = &order.TaskResult{At: noon, Code: "not_found", Detail: "No TXT record found at _acme-challenge.shop.example.ch"}
	s.script = &script{orders: []store.Order{nameOrder(failed)}, choose: func(context.Context, string) (order.Snapshot, error) {
		again := byRecord("a", shopName)
		again.Instruction.RecordValue = "n3wv4lu3-n3wv4lu3"
		return *nameOrder(again).Snapshot, nil
	}}
	w = start(t, s)
	w.resume("you")
	w.see(w.word("acme.used-up.do"))
	w.screen("prove-used-up")
	w.press("acme.new-values")
	w.see("n3wv4lu3-n3wv4lu3")
	w.stop()

	l := websiteLicence(100, "yes")
	l.MayBill, l.Product.Name, l.Product.TermMonths = true, "TLS (ACME)", 0
	l.Product.Profiles = []order.Profile{{Name: "classic", Description: "Valid for 90 days"}, {Name: "shortlived", Description: "Valid for 6 days, without revocation"}}
	done := nameOrder(byRecord("a", shopName))
	done.Licence = l
	c := issued(t, &done, noon.AddDate(0, 0, 30))
	done.Snapshot.State, done.Snapshot.Tasks = order.Issued, nil
	done.Snapshot.Renewal = &order.Renewal{From: noon.AddDate(0, 0, -1), Until: noon.AddDate(0, 0, 2)}
	s.data, s.script = "", &script{orders: []store.Order{done}, certs: []store.Certificate{c}}
	s.script.lookup = func(context.Context) (seller.Found, error) {
		return seller.Found{Licence: l, Service: done.Seller}, nil
	}
	w = start(t, s)
	w.see(w.word("view.renew"))
	w.screen("order-renew")
	w.press("view.renew")
	w.see(w.word("acme.profile"))
	w.screen("account-profiles")
}
