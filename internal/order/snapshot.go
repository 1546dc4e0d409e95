package order

import "time"

// ServiceState is an order's state in the words of the Activation API. Values that a later service
// invents are kept and shown as [Unknown].
type ServiceState string

// The states that a service tells.
const (
	Received         ServiceState = "received"
	WaitingCustomer  ServiceState = "waiting_customer"
	WaitingAuthority ServiceState = "waiting_authority"
	Issued           ServiceState = "issued"
	ServiceReissuing ServiceState = "reissuing"
	ServiceRevoking  ServiceState = "revoking"
	ServiceRevoked   ServiceState = "revoked"
	ServiceRejected  ServiceState = "rejected"
	ServiceCancelled ServiceState = "cancelled"
	ServiceLapsed    ServiceState = "lapsed"
	ServiceFailed    ServiceState = "failed"
)

// Snapshot is what the service last said of an order.
type Snapshot struct {
	ID           string        `json:"id"`
	Reference    string        `json:"reference,omitempty"`
	State        ServiceState  `json:"state"`
	StateReason  string        `json:"state_reason,omitempty"` // text from outside
	Names        []Name        `json:"names,omitempty"`
	TermFrom     string        `json:"term_from,omitempty"`
	TermUntil    string        `json:"term_until,omitempty"`
	Tasks        []Task        `json:"tasks,omitempty"`
	Messages     []Message     `json:"messages,omitempty"`
	Timeline     []Event       `json:"timeline,omitempty"`
	Earliest     *time.Time    `json:"earliest,omitempty"` // expected issue
	Latest       *time.Time    `json:"latest,omitempty"`
	Certificates []Certificate `json:"certificates,omitempty"`
	Reissue      Reissue       `json:"reissue"`
	Editable     []Editable    `json:"editable,omitempty"`
	OfferURL     string        `json:"offer_url,omitempty"` // renewal
	Renewal      *Renewal      `json:"renewal,omitempty"`   // when the certificate authority suggests one
	ServerDate   *time.Time    `json:"server_date,omitempty"`
	ETag         string        `json:"etag,omitempty"`
}

// Revocation is why a certificate is to be revoked, among the reasons that a customer may give (CA/B BR 4.9.1.1).
type Revocation string

// The reasons for a revocation.
const (
	KeyCompromised Revocation = "key-compromise"
	Superseded     Revocation = "superseded"
	NoLongerUsed   Revocation = "cessation"
)

// Revocations is every reason, for the question and for the test that counts words.
var Revocations = []Revocation{NoLongerUsed, Superseded, KeyCompromised}

// Renewal is the time in which a certificate authority suggests to renew (RFC 9773 4.2).
type Renewal struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Name is one name of a certificate.
type Name struct {
	Type  string `json:"type"` // dns, email, ip
	Value string `json:"value"`
}

// TaskKind is what somebody has to do before the order moves on.
type TaskKind string

// The kinds of task.
const (
	ProveName         TaskKind = "prove_name"
	ConfirmMailbox    TaskKind = "confirm_mailbox"
	Document          TaskKind = "document"
	PhoneCall         TaskKind = "phone_call"
	OrganizationCheck TaskKind = "organization_check"
	Approval          TaskKind = "approval"
	Payment           TaskKind = "payment"
	QualityReview     TaskKind = "quality_review"
	Agreement         TaskKind = "agreement"
	WebHandoff        TaskKind = "web_handoff"
)

// TaskState is where a task stands.
type TaskState string

// The states of a task.
const (
	TaskOpen      TaskState = "open"
	TaskSubmitted TaskState = "submitted"
	TaskDone      TaskState = "done"
	TaskFailed    TaskState = "failed"
	TaskExpired   TaskState = "expired"
)

// Task is one thing that an order waits for.
type Task struct {
	ID          string      `json:"id"`
	Kind        TaskKind    `json:"kind"`
	Target      string      `json:"target,omitempty"`
	Covers      []string    `json:"covers,omitempty"`
	Accepts     string      `json:"accepts,omitempty"`
	State       TaskState   `json:"state"`
	Expires     *time.Time  `json:"expires,omitempty"`
	Method      string      `json:"method,omitempty"`
	Methods     []string    `json:"methods,omitempty"`
	Instruction Instruction `json:"instruction"`
	LastResult  *TaskResult `json:"last_result,omitempty"`
	// UsedUp says that the instruction no longer counts, and why ("proof": it was looked at and not right;
	// "expired"); the seller makes another one on a press. Empty: it counts.
	UsedUp string `json:"used_up,omitempty"`
}

// Instruction is how a task is done. All of it is text from outside.
type Instruction struct {
	Type        string     `json:"type,omitempty"` // dns, http_file, email, form, phone, link
	RecordType  string     `json:"record_type,omitempty"`
	RecordName  string     `json:"record_name,omitempty"`
	RecordValue string     `json:"record_value,omitempty"`
	TTL         int        `json:"ttl,omitempty"`
	URL         string     `json:"url,omitempty"`
	Body        string     `json:"body,omitempty"`
	Email       string     `json:"email,omitempty"`
	SentAt      *time.Time `json:"sent_at,omitempty"`
	Allowed     []string   `json:"allowed,omitempty"`
	Form        string     `json:"form,omitempty"`
	Send        string     `json:"send,omitempty"`
	Address     *Address   `json:"address,omitempty"`
	Phone       string     `json:"phone,omitempty"`
	Hours       string     `json:"hours,omitempty"`
	ActionURL   string     `json:"action_url,omitempty"`
}

// TaskResult is what the service saw when it looked last.
type TaskResult struct {
	At     time.Time `json:"at"`
	Code   string    `json:"code"`
	Detail string    `json:"detail,omitempty"`
}

// Message is what the certificate authority or the seller writes. It is text from outside.
type Message struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	From    string    `json:"from"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
}

// Event is one line of the service's timeline.
type Event struct {
	At    time.Time `json:"at"`
	Event string    `json:"event"` // received, mailbox_confirmed, name_proved, issued, …; text from outside
	By    string    `json:"by"`    // customer, authority, seller
}

// Certificate is one certificate of an order, as the service lists it.
type Certificate struct {
	SHA256     string     `json:"sha256"` // lower-case hex of the DER's SHA-256
	Serial     string     `json:"serial"`
	NotBefore  time.Time  `json:"not_before"`
	NotAfter   time.Time  `json:"not_after"`
	SPKISHA256 string     `json:"spki_sha256"`
	State      string     `json:"state"` // current, next, previous
	RevokedAt  *time.Time `json:"revoked_at,omitempty"`
}

// Reissue says whether a further certificate of this order may be asked for now.
type Reissue struct {
	Allowed    bool       `json:"allowed"`
	Left       *int       `json:"left,omitempty"`
	FreeUntil  *time.Time `json:"free_until,omitempty"`
	NamesFixed bool       `json:"names_fixed,omitempty"`
}

// Editable is a field that may be changed after sending.
type Editable struct {
	Field string `json:"field"`
	When  string `json:"when"` // now, renewal
}
