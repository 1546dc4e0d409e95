package desk

import (
	"context"
	"crypto/x509"
	"slices"
	"strings"

	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/store"
)

// settingWhole holds the fingerprints of certificates above which nothing but a root was found: about them, nobody is
// asked again.
const settingWhole = "whole-chains"

// mostWhole is how many of them are kept, the newest.
const mostWhole = 50

// Gap says what is missing above an order's certificate, and who has it. It asks nobody.
func (i *Intake) Gap(ctx context.Context, c store.Certificate) certificate.Gap {
	leaf, chain, err := parsed(c)
	if err != nil || i.Issuer == nil {
		return certificate.Gap{}
	}
	g := certificate.Missing(leaf, chain)
	if g.Host != "" && !g.Sure && slices.Contains(i.whole(ctx), certificate.Describe(g.Below).SHA256) {
		return certificate.Gap{}
	}
	return g
}

func (i *Intake) whole(ctx context.Context) []string {
	text, _, err := i.Store.Setting(ctx, settingWhole)
	if err != nil {
		i.failed("reading which chains are whole", "", err)
	}
	return strings.Fields(text)
}

// Complete fetches the certificates that are missing above an order's, from the addresses that they name: the
// customer has pressed a button that says so. What does not sign is not kept. It gives how many were missing: none
// where only a root follows, which is remembered.
func (i *Intake) Complete(ctx context.Context, id string) (added int, err error) {
	err = i.one(id, func() error {
		all, err := i.Store.Certificates(ctx, id)
		if err != nil {
			return err
		}
		c, ok := currentOf(all)
		if !ok || i.Issuer == nil {
			return fault.New(fault.NotYet, nil)
		}
		leaf, chain, err := parsed(c)
		if err != nil {
			return err
		}
		known, err := i.pool(ctx, leaf, chain)
		if err != nil {
			return err
		}
		more, err := certificate.FetchIssuers(ctx, leaf, known, i.Issuer)
		if err != nil {
			return err
		}
		if added = len(more) - len(chain); added <= 0 {
			added = 0
			return i.isWhole(ctx, append([]*x509.Certificate{leaf}, chain...))
		}
		c.Chain = nil
		for _, issuer := range more {
			c.Chain = append(c.Chain, issuer.Raw)
		}
		return i.Store.AddCertificate(ctx, c)
	})
	if err != nil || added == 0 {
		return 0, err
	}
	i.log(ctx, id, i18n.M("event.completed"))
	i.changed.tell(id)
	return added, nil
}

// isWhole remembers that nothing is missing above a chain.
func (i *Intake) isWhole(ctx context.Context, chain []*x509.Certificate) error {
	all := append(i.whole(ctx), certificate.Describe(chain[len(chain)-1]).SHA256)
	return i.Store.SetSetting(ctx, settingWhole, strings.Join(all[max(0, len(all)-mostWhole):], " "))
}
