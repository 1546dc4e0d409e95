package desk

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"errors"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/request"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/spki"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Redeem takes a ticket to a sent request. Everything before [Redeem.Submit] stays on this computer, but
// for [Redeem.Lookup], which changes nothing at the seller.
type Redeem struct {
	*core
	refresher *Refresher
}

// Read says what a pasted link, code or e-mail is. It asks nobody.
func (r *Redeem) Read(text string, from activation.Origin) (activation.Reading, error) {
	return r.Parser.Parse(text, from)
}

// Address reads a seller's address as a person types it, for a code that came without a link.
func (r *Redeem) Address(text string) (origin string, host activation.Host, err error) {
	return r.Parser.ParseAddress(text)
}

// Started is what Start gives.
type Started struct {
	OrderID string
	// Existing says that this code has a draft or an order here already, which is the one to open.
	Existing bool
	// InMemory says that no keyring keeps the code: it must be typed again after a restart.
	InMemory bool
}

// Start makes the draft of a ticket: the keyring is probed and keeps the code, then the draft is written.
// With allowMemory a keyring that can't be used is no failure; the code is then kept in memory only.
func (r *Redeem) Start(ctx context.Context, t activation.Ticket, allowMemory bool) (Started, error) {
	hash := t.Code.Fingerprint(t.Service)
	if id, ok, err := r.Store.ByCodeHash(ctx, hash); err != nil {
		return Started{}, err
	} else if ok {
		return Started{OrderID: id, Existing: true}, r.recall(ctx, id, t.Code)
	}
	id, err := r.uuid()
	if err != nil {
		return Started{}, err
	}
	o := store.Order{
		ID: id, Service: t.Service, CodeHash: hash, Phase: order.PhaseDraft,
		Created: r.Now(), Updated: r.Now(),
	}
	codeID := vault.NewID(r.Rand)
	switch err := r.keepCode(ctx, codeID, id, t.Code); {
	case err == nil:
		o.CodeID = codeID
	case !allowMemory || ctx.Err() != nil:
		return Started{}, err
	default:
		r.remember(id, t.Code)
	}
	if err := r.Store.Create(ctx, o); err != nil {
		if o.CodeID != "" {
			_ = r.Vault.Delete(context.WithoutCancel(ctx), o.CodeID)
		}
		return Started{}, err
	}
	r.log(ctx, id, i18n.M("event.draft"))
	r.changed.tell(id)
	return Started{OrderID: id, InMemory: o.CodeID == ""}, nil
}

func (r *Redeem) keepCode(ctx context.Context, codeID, orderID string, code secret.Value) error {
	if err := r.Vault.Probe(ctx); err != nil {
		return err
	}
	return r.Vault.PutSecret(ctx, codeID, orderID, vault.KindCode, code)
}

func (r *Redeem) remember(id string, code secret.Value) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.codes[id] = code
}

// recall notes a code that was typed again for a draft whose code no keyring kept.
func (r *Redeem) recall(ctx context.Context, id string, code secret.Value) error {
	o, err := r.Store.Get(ctx, id)
	if err == nil && o.CodeID == "" && o.Phase == order.PhaseDraft {
		r.remember(id, code)
	}
	return err
}

// code gives the activation code of a draft or of a submission that has no answer yet.
func (r *Redeem) code(ctx context.Context, o store.Order) (secret.Value, error) {
	r.mu.Lock()
	code, ok := r.codes[o.ID]
	r.mu.Unlock()
	switch {
	case ok:
		return code, nil
	case o.CodeID == "":
		return secret.Value{}, fault.New(fault.CodeForgotten, nil)
	}
	code, err := r.Vault.Secret(ctx, o.CodeID)
	if fault.Is(err, fault.KeyGone) {
		return secret.Value{}, fault.New(fault.CodeForgotten, err)
	}
	return code, err
}

// Lookup asks the seller what the draft's code entitles to, and writes the answer into the draft.
// It changes nothing at the seller.
func (r *Redeem) Lookup(ctx context.Context, id string) (store.Order, error) {
	o, err := r.Store.Get(ctx, id)
	if err != nil {
		return o, err
	}
	s, err := r.Sellers(o.Service)
	if err != nil {
		return o, err
	}
	code, err := r.code(ctx, o)
	if err != nil {
		return o, err
	}
	found, err := s.Lookup(ctx, activation.Ticket{Service: o.Service, Code: code})
	if err != nil {
		return o, err
	}
	o, err = r.Store.Update(ctx, id, func(o *store.Order) error {
		if o.Phase == order.PhaseDraft {
			o.Licence, o.Seller = found.Licence, found.Service
		}
		return nil
	})
	r.changed.tell(id)
	return o, err
}

// Order gives the draft or order as it is on the disk.
func (r *Redeem) Order(ctx context.Context, id string) (store.Order, error) {
	return r.Store.Get(ctx, id)
}

// Save writes what the customer has typed, as typed, and the step where they are. It does nothing once
// the request is being sent.
func (r *Redeem) Save(ctx context.Context, id string, a order.Application, step order.Step) error {
	_, err := r.Store.Update(ctx, id, func(o *store.Order) error {
		if o.Phase != order.PhaseDraft {
			return nil
		}
		// What the key was made for is not the form's to change.
		a.KeyChoice = keep(o.KeyID != "", o.Application.KeyChoice, a.KeyChoice)
		o.Application, o.Step, o.Updated = a, string(step), r.Now()
		return nil
	})
	return err
}

func keep[T any](yes bool, old, chosen T) T {
	if yes {
		return old
	}
	return chosen
}

// Problems judges the draft by the rules of its licence.
func (r *Redeem) Problems(o store.Order) []order.Problem {
	return o.Licence.CheckApplication(o.Application)
}

// KeyStage is how far making a key has got.
type KeyStage int

// The stages of MakeKey.
const (
	KeyOpening KeyStage = iota // the system's keyring is asked
	KeyMaking
	KeyStoring
	KeyDone
)

// MakeKey makes the draft's private key and puts it into the keyring. It is safe to call again: a key that
// is there is only read and compared. A context that ends throws the unfinished key away.
//
// Order: keyring probed; key made; ledger line; keyring; read back and compared; draft.
func (r *Redeem) MakeKey(ctx context.Context, id string, choice order.KeyChoice, stage func(KeyStage)) error {
	return r.one(id, func() error {
		o, err := r.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		stage(KeyOpening)
		if o.KeyID != "" {
			_, _, err := r.Vault.Key(ctx, o.KeyID)
			if err == nil {
				stage(KeyDone)
			}
			return err
		}
		if err := r.Vault.Probe(ctx); err != nil {
			return err
		}
		stage(KeyMaking)
		if choice, err = request.Default.Choose(o.Licence.Product, choice); err != nil {
			return err
		}
		key, err := request.Generate(ctx, r.Rand, choice)
		if err != nil {
			return err
		}
		stage(KeyStoring)
		keyID := vault.NewID(r.Rand)
		if err := r.Vault.PutKey(ctx, keyID, id, key, vault.MadeHere); err != nil {
			return err
		}
		if err := r.adopt(ctx, id, keyID); err != nil {
			return err
		}
		r.log(ctx, id, i18n.M("event.key"))
		stage(KeyDone)
		r.changed.tell(id)
		return nil
	})
}

// adopt writes into a draft that keyID is its key.
func (c *core) adopt(ctx context.Context, id, keyID string) error {
	key, origin, err := c.Vault.Key(ctx, keyID)
	if err != nil {
		return err
	}
	hash, err := spki.Hash(key.Public())
	if err != nil {
		return err
	}
	choice := choiceOf(key.Public())
	_, err = c.Store.Update(ctx, id, func(o *store.Order) error {
		o.KeyID, o.Application.KeyChoice, o.Updated = keyID, choice, c.Now()
		return nil
	})
	if err != nil {
		return err
	}
	return c.Store.AddKey(ctx, store.Key{
		ID: keyID, OrderID: id, Kind: string(vault.KindKey), Origin: string(origin),
		Algorithm: choice.Algorithm, SPKI: hex.EncodeToString(hash[:]), Created: c.Now(),
	})
}

// choiceOf is the choice that a key is the result of.
func choiceOf(pub crypto.PublicKey) order.KeyChoice {
	switch k := pub.(type) {
	case *rsa.PublicKey:
		return order.KeyChoice{Algorithm: request.RSA, Size: k.N.BitLen()}
	case *ecdsa.PublicKey:
		return order.KeyChoice{Algorithm: request.ECDSA, Size: k.Curve.Params().BitSize}
	}
	return order.KeyChoice{}
}

// Submit sends the draft's request. One press is one order: what is frozen here is what is repeated until
// the seller has given a final answer.
//
// Order: token into the keyring; request built and its body frozen; both committed with the idempotency
// key; only then the first byte leaves. A *seller.Refusal brings the draft back, to be corrected and sent
// under a new key. Any other failure leaves the order in [order.PhaseSubmitting]; calling Submit again
// repeats the same bytes.
func (r *Redeem) Submit(ctx context.Context, id string) error {
	return r.one(id, func() error {
		o, err := r.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		if o.Phase == order.PhaseDraft {
			if o, err = r.freeze(ctx, o); err != nil {
				return err
			}
		}
		if o.Phase != order.PhaseSubmitting {
			return nil
		}
		return r.send(ctx, o)
	})
}

func (r *Redeem) freeze(ctx context.Context, o store.Order) (store.Order, error) {
	if !order.Sendable(r.Problems(o)) {
		return o, fault.New(fault.FieldInvalid, nil)
	}
	s, err := r.Sellers(o.Service)
	if err != nil {
		return o, err
	}
	if _, err := r.code(ctx, o); err != nil {
		return o, err
	}
	key, _, err := r.Vault.Key(ctx, o.KeyID)
	if err != nil {
		return o, err
	}
	if o, err = r.makeToken(ctx, o); err != nil {
		return o, err
	}
	token, err := r.token(ctx, o)
	if err != nil {
		return o, err
	}
	csr, err := request.Build(r.Rand, key, subjectOf(o.Licence.Tidied(o.Application)))
	if err != nil {
		return o, err
	}
	body, err := s.Prepare(o.Licence, o.Licence.Tidied(o.Application), csr, token)
	if err != nil {
		return o, err
	}
	idempotency, err := r.uuid()
	if err != nil {
		return o, err
	}
	return r.Store.Update(ctx, o.ID, func(o *store.Order) error {
		o.CSR, o.Body, o.IdempotencyKey = csr, body, idempotency
		o.Phase, o.Updated, o.LastFault = order.PhaseSubmitting, r.Now(), nil
		return nil
	})
}

// subjectOf is what the request asks for. The names are all that a certificate authority takes from it;
// the person travels in the application.
func subjectOf(a order.Application) request.Subject {
	return request.Subject{Mailbox: a.Mailbox}
}

// KeyChoices are the keys that can be made here for an order, the recommended one first; none where the
// key has to live on hardware.
func (r *Redeem) KeyChoices(o store.Order) []order.KeyChoice {
	return request.Default.Choices(o.Licence.Product)
}

// makeToken makes the order's token, 32 random bytes in base64url, and has the keyring keep it before the
// order says where it is.
func (r *Redeem) makeToken(ctx context.Context, o store.Order) (store.Order, error) {
	if o.TokenID != "" {
		return o, nil
	}
	b, err := r.random(32)
	if err != nil {
		return o, err
	}
	token := secret.FromString(base64.RawURLEncoding.EncodeToString(b))
	id := vault.NewID(r.Rand)
	if err := r.Vault.PutSecret(ctx, id, o.ID, vault.KindToken, token); err != nil {
		return o, err
	}
	return r.Store.Update(ctx, o.ID, func(o *store.Order) error { o.TokenID = id; return nil })
}

// send repeats one frozen submission until there is an answer or ctx ends.
func (r *Redeem) send(ctx context.Context, o store.Order) error {
	s, err := r.Sellers(o.Service)
	if err != nil {
		return err
	}
	code, err := r.code(ctx, o)
	if err != nil {
		return err
	}
	token, err := r.token(ctx, o)
	if err != nil {
		return err
	}
	keepReceipt := func(receipt seller.Receipt) error {
		_, err := r.Store.Update(context.WithoutCancel(ctx), o.ID, func(o *store.Order) error {
			o.Receipt = receipt
			return nil
		})
		return err
	}
	receipt, err := s.Submit(ctx, order.Submission{
		Service: o.Service, IdempotencyKey: o.IdempotencyKey, Body: o.Body, Code: code, Token: token,
	}, keepReceipt)
	var refusal *seller.Refusal
	switch {
	case errors.As(err, &refusal):
		if err := r.reopen(ctx, o.ID, refusal); err != nil {
			return err
		}
		return refusal
	case err != nil:
		r.note(ctx, o.ID, err)
		return err
	}
	return r.sent(ctx, o, receipt)
}

// reopen makes a refused submission a draft again. The key stays; body and idempotency key are dropped.
func (r *Redeem) reopen(ctx context.Context, id string, refusal *seller.Refusal) error {
	_, err := r.Store.Update(context.WithoutCancel(ctx), id, func(o *store.Order) error {
		o.Phase, o.Updated = order.PhaseDraft, r.Now()
		o.CSR, o.Body, o.IdempotencyKey = nil, nil, ""
		o.Receipt = seller.Receipt{}
		o.LastFault = remembered(refusal)
		return nil
	})
	r.changed.tell(id)
	return err
}

func (r *Redeem) sent(ctx context.Context, o store.Order, receipt seller.Receipt) error {
	ctx = context.WithoutCancel(ctx)
	_, err := r.Store.Update(ctx, o.ID, func(o *store.Order) error {
		o.Phase, o.Receipt, o.LastFault = order.PhaseSent, receipt, nil
		o.Sent, o.Updated = r.Now(), r.Now()
		return nil
	})
	if err != nil {
		return err
	}
	r.log(ctx, o.ID, i18n.M("event.sent", "seller", o.Seller.Name))
	r.forgetCode(ctx, o)
	r.changed.tell(o.ID)
	return nil
}

// forgetCode removes a code that has become an order: from here on the token opens it. A keyring that does
// not answer now is asked again by [Orders.Start].
func (r *Redeem) forgetCode(ctx context.Context, o store.Order) {
	r.mu.Lock()
	delete(r.codes, o.ID)
	r.mu.Unlock()
	if o.CodeID == "" {
		return
	}
	if err := r.Vault.Delete(ctx, o.CodeID); err != nil {
		r.failed("removing a code", o.ID, err)
		return
	}
	if _, err := r.Store.Update(ctx, o.ID, func(o *store.Order) error { o.CodeID = ""; return nil }); err != nil {
		r.failed("forgetting a code", o.ID, err)
	}
}

// note keeps a failure with the order, so that the next start can show it.
func (c *core) note(ctx context.Context, id string, err error) {
	f := remembered(err)
	if _, err := c.Store.Update(context.WithoutCancel(ctx), id, func(o *store.Order) error {
		o.LastFault = f
		return nil
	}); err != nil {
		c.failed("noting a failure", id, err)
	}
	c.changed.tell(id)
}

// remembered is a fault in the form that the store keeps: its code and arguments, never its cause.
func remembered(err error) *store.Fault {
	f := fault.Of(err)
	return &store.Fault{Code: string(f.Code), Args: f.Args}
}

// Discard removes a draft with its code and its key. It refuses what may be an order already.
func (r *Redeem) Discard(ctx context.Context, id string) error {
	return r.one(id, func() error {
		o, err := r.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		if o.Phase != order.PhaseDraft {
			return fault.New(fault.OrderState, nil)
		}
		return r.remove(ctx, id)
	})
}
