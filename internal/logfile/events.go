package logfile

// Event is what happened, and the message of its log record.
type Event string

// The events that are logged.
const (
	AppStarted         Event = "app.started"
	AppStopped         Event = "app.stopped"
	LinkReceived       Event = "link.received"
	ServiceCalled      Event = "service.called"
	FaultShown         Event = "fault.shown"
	OrderMoved         Event = "order.moved"
	OrdersRefreshed    Event = "orders.refreshed"
	KeyMade            Event = "key.made"
	VaultUsed          Event = "vault.used"
	StoreOpened        Event = "store.opened"
	CertificateChecked Event = "certificate.checked"
	ProofLookedFor     Event = "proof.looked_for"
	FileMade           Event = "file.made"
	BackgroundFailed   Event = "background.failed" // something that stops nothing that a customer does
	PanicCaught        Event = "panic.caught"
	LogClosed          Event = "log.closed"
)

// allowed are the keys of each event. What is not here is not logged: names, contacts, codes and addresses
// of people have no key, and nobody adds one by accident. "order" is the app's own id of an order, "host"
// the name of a service, "cause" the text of an error.
var allowed = map[Event][]string{
	AppStarted:         {"version", "system", "architecture", "language", "crashed"},
	AppStopped:         {"ran"},
	LinkReceived:       {"from"},
	ServiceCalled:      {"host", "call", "status", "took"},
	FaultShown:         {"code", "action", "page", "support_id", "cause"},
	OrderMoved:         {"order", "from", "to"},
	OrdersRefreshed:    {"orders", "failed", "took"},
	KeyMade:            {"order", "algorithm", "size", "took"},
	VaultUsed:          {"vault", "operation", "took", "code"},
	StoreOpened:        {"orders", "version", "repaired", "took", "code"},
	CertificateChecked: {"order", "result"},
	ProofLookedFor:     {"order", "method", "result", "took"},
	FileMade:           {"order", "destination", "took", "code"},
	BackgroundFailed:   {"what", "order", "code"},
	PanicCaught:        {"where", "cause"},
	LogClosed:          {"dropped"},
}
