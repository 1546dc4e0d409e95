package desk

import (
	"context"
	"strings"

	"certdesk/internal/activation"
	"certdesk/internal/secret"
	"certdesk/internal/store"
)

// maxLink bounds a link that is kept beside its code: some keyrings take no more than 2,560 bytes.
const maxLink = 1500

// withLink is what the keyring keeps of a ticket: the code, and on a line of its own the link that it came in, where
// the seller may turn out to be a page in the browser. After a restart, too, the page is then opened by the link.
func withLink(t activation.Ticket) secret.Value {
	if t.Link.Empty() || t.Link.Len() > maxLink || t.Code.Empty() || !strings.HasPrefix(t.Service, "http") {
		return t.Code
	}
	return t.Code.Join("\n", t.Link)
}

// splitLink takes apart what withLink has put together.
func splitLink(kept secret.Value) (code, link secret.Value) {
	code, link, _ = kept.Cut("\n")
	return code, link
}

// linkOf is the link of a draft that the keyring has kept; empty where it has none.
func (c *core) linkOf(ctx context.Context, o store.Order) (secret.Value, error) {
	if o.CodeID == "" {
		return secret.Value{}, nil
	}
	kept, err := c.Vault.Secret(ctx, o.CodeID)
	if err != nil {
		return secret.Value{}, err
	}
	_, link := splitLink(kept)
	return link, nil
}
