package backup

import (
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// Content is what is in a backup.
type Content struct {
	Made   time.Time
	World  string // empty for real orders
	Orders []Order
	Keys   []Key // that belong to no order
	// Unreadable counts orders that were in a file and could not be read: another program, or a fault of this one, has
	// written them. The others are not held up by them.
	Unreadable int
}

// Order is one order with all that belongs to it.
type Order struct {
	ID           string
	Document     []byte // JSON: the order as the app keeps it
	CSR          []byte // DER
	Body         []byte // the exact bytes that are sent
	Token        secret.Value
	Code         secret.Value
	Keys         []Key
	Certificates []Certificate
	Timeline     []Entry
}

// Key is a private key.
type Key struct {
	ID      string
	Origin  string
	Created time.Time
	Key     crypto.Signer
}

// Certificate is one certificate of an order.
type Certificate struct {
	DER      []byte    `json:"der"`
	Chain    [][]byte  `json:"chain,omitempty"` // DER, the issuer first
	State    string    `json:"state,omitempty"`
	SetAside bool      `json:"set_aside,omitempty"`
	Added    time.Time `json:"added"`
}

// Entry is a line of an order's timeline.
type Entry struct {
	At      time.Time       `json:"at"`
	Message json.RawMessage `json:"message"`
}

const (
	format  = "certdesk-backup"
	version = 1
)

// wire is the JSON in the file.
type wire struct {
	Format  string      `json:"format"`
	Version int         `json:"version"`
	Made    time.Time   `json:"made"`
	World   string      `json:"world,omitempty"`
	Orders  []wireOrder `json:"orders,omitempty"`
	Keys    []wireKey   `json:"keys,omitempty"`
}

type wireOrder struct {
	ID           string          `json:"id"`
	Document     json.RawMessage `json:"document"`
	CSR          []byte          `json:"csr,omitempty"`
	Body         []byte          `json:"body,omitempty"`
	Token        []byte          `json:"token,omitempty"`
	Code         []byte          `json:"code,omitempty"`
	Keys         []wireKey       `json:"keys,omitempty"`
	Certificates []Certificate   `json:"certificates,omitempty"`
	Timeline     []Entry         `json:"timeline,omitempty"`
}

type wireKey struct {
	ID      string    `json:"id"`
	Origin  string    `json:"origin,omitempty"`
	Created time.Time `json:"created"`
	PKCS8   []byte    `json:"pkcs8"`
}

// errContent stands for all that decoders and encoders say: they quote what they read.
var errContent = errors.New("backup: the content can't be read")

func encode(c Content) ([]byte, error) {
	w := wire{Format: format, Version: version, Made: c.Made.UTC(), World: c.World}
	defer func() { w.clear() }()
	var err error
	for _, o := range c.Orders {
		keys, keysErr := encodeKeys(o.Keys)
		err = errors.Join(err, keysErr)
		w.Orders = append(w.Orders, wireOrder{
			ID: o.ID, Document: o.Document, CSR: o.CSR, Body: o.Body, Token: o.Token.Reveal(), Code: o.Code.Reveal(),
			Keys: keys, Certificates: o.Certificates, Timeline: o.Timeline,
		})
	}
	keys, keysErr := encodeKeys(c.Keys)
	w.Keys = keys
	if errors.Join(err, keysErr) != nil {
		return nil, fault.New(fault.KeyUnusable, errContent)
	}
	text, err := json.Marshal(w)
	if err != nil {
		return nil, fault.New(fault.Unexpected, errContent)
	}
	return text, nil
}

func encodeKeys(keys []Key) ([]wireKey, error) {
	var out []wireKey
	for _, k := range keys {
		der, err := x509.MarshalPKCS8PrivateKey(k.Key)
		if err != nil {
			return nil, errContent
		}
		out = append(out, wireKey{ID: k.ID, Origin: k.Origin, Created: k.Created.UTC(), PKCS8: der})
	}
	return out, nil
}

// clear overwrites what is secret in w.
func (w *wire) clear() {
	for _, o := range w.Orders {
		clear(o.Token)
		clear(o.Code)
		for _, k := range o.Keys {
			clear(k.PKCS8)
		}
	}
	for _, k := range w.Keys {
		clear(k.PKCS8)
	}
}

func decode(text []byte) (Content, error) {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if json.Unmarshal(text, &head) != nil || head.Format != format || head.Version < 1 {
		return Content{}, fault.New(fault.BackupForeign, errContent)
	}
	if head.Version > version {
		return Content{}, fault.New(fault.BackupNewer, errContent)
	}
	var w wire
	defer func() { w.clear() }()
	if json.Unmarshal(text, &w) != nil {
		return Content{}, fault.New(fault.BackupForeign, errContent)
	}
	c := Content{Made: w.Made, World: w.World}
	var err error
	if c.Keys, err = decodeKeys(w.Keys); err != nil {
		return Content{}, err
	}
	c.Orders, c.Unreadable = decodeOrders(w.Orders)
	return c, nil
}

// decodeOrders reads orders side by side: each RSA key is proved, which takes most of a millisecond.
func decodeOrders(all []wireOrder) (orders []Order, unreadable int) {
	read := make([]Order, len(all))
	next := atomic.Int64{}
	var done sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		done.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(all); i = int(next.Add(1)) - 1 {
				read[i] = decodeOrder(all[i])
			}
		})
	}
	done.Wait()
	for _, o := range read {
		if o.ID == "" {
			unreadable++
			continue
		}
		orders = append(orders, o)
	}
	return orders, unreadable
}

// decodeOrder gives an order without an id where it can't be read.
func decodeOrder(o wireOrder) Order {
	keys, err := decodeKeys(o.Keys)
	if err != nil || len(o.Document) == 0 || string(o.Document) == "null" {
		return Order{}
	}
	return Order{
		ID: o.ID, Document: o.Document, CSR: o.CSR, Body: o.Body, Token: sealed(o.Token), Code: sealed(o.Code),
		Keys: keys, Certificates: o.Certificates, Timeline: o.Timeline,
	}
}

func sealed(b []byte) secret.Value {
	if len(b) == 0 {
		return secret.Value{}
	}
	return secret.New(b)
}

func decodeKeys(keys []wireKey) ([]Key, error) {
	var out []Key
	for _, k := range keys {
		parsed, err := x509.ParsePKCS8PrivateKey(k.PKCS8)
		signer, can := parsed.(crypto.Signer)
		if err != nil || !can || k.ID == "" {
			return nil, fault.New(fault.BackupForeign, errContent)
		}
		out = append(out, Key{ID: k.ID, Origin: k.Origin, Created: k.Created, Key: signer})
	}
	return out, nil
}
