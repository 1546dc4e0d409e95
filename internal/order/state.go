package order

import "time"

// Phase is how far this computer has got with an order; it is what a crash is taken up from.
type Phase string

// The phases of an order on this computer.
const (
	PhaseDraft      Phase = "draft"      // nothing has been sent
	PhaseSubmitting Phase = "submitting" // body and key are frozen; the service may or may not have them
	PhaseSent       Phase = "sent"       // the service has said so
	PhaseReady      Phase = "ready"      // the certificate is here and fits its key
	PhaseEnded      Phase = "ended"      // rejected, cancelled, lapsed or failed: nothing more will come
)

// State is the one word that the list shows for an order.
type State string

// The states of an order.
const (
	Draft               State = "draft"
	Sent                State = "sent"
	WaitingForYou       State = "waiting_you"
	WaitingForAuthority State = "waiting_authority"
	Ready               State = "ready"
	Reissuing           State = "reissuing"
	Revoking            State = "revoking"
	Revoked             State = "revoked"
	Rejected            State = "rejected"
	Cancelled           State = "cancelled"
	Expired             State = "expired" // the certificate
	Lapsed              State = "lapsed"  // the order ran out before issue
	Failed              State = "failed"
	Unknown             State = "unknown"
)

// StateOf gives the word for an order of which this computer has got to phase p and the service last
// said s (nil: nothing yet). notAfter is the end of the newest certificate that is here, zero without
// one.
func StateOf(p Phase, s *Snapshot, notAfter, now time.Time) State {
	switch {
	case p == PhaseDraft:
		return Draft
	case s == nil && p == PhaseReady: // the last answer was lost with a database; the certificate is here
		return ready(notAfter, now)
	case s == nil && p == PhaseEnded:
		return Unknown
	case s == nil:
		return Sent
	}
	switch s.State {
	case Received, WaitingAuthority, WaitingCustomer:
		switch {
		case p == PhaseReady: // the customer has brought it before the service said that it is issued
			return ready(notAfter, now)
		case s.State == WaitingCustomer:
			return WaitingForYou
		}
		return waiting(s, WaitingForAuthority)
	case Issued:
		if p != PhaseReady {
			return Sent
		}
		return ready(notAfter, now)
	case ServiceReissuing:
		return Reissuing
	case ServiceRevoking:
		return Revoking
	case ServiceRevoked:
		return Revoked
	case ServiceRejected:
		return Rejected
	case ServiceCancelled:
		return Cancelled
	case ServiceLapsed:
		return Lapsed
	case ServiceFailed:
		return Failed
	}
	return Unknown
}

// ready gives Ready until notAfter has passed; a certificate is good until that second has gone by
// (RFC 5280 4.1.2.5).
func ready(notAfter, now time.Time) State {
	if !notAfter.IsZero() && now.After(notAfter) {
		return Expired
	}
	return Ready
}

// waiting gives WaitingForYou when an open task is the customer's, else otherwise.
func waiting(s *Snapshot, otherwise State) State {
	if _, ok := s.NextTask(); ok {
		return WaitingForYou
	}
	return otherwise
}

// Customers reports whether a task of this kind is the customer's to do.
func (k TaskKind) Customers() bool {
	switch k {
	case ProveName, ConfirmMailbox, Document, PhoneCall, Payment, Agreement, WebHandoff:
		return true
	case Approval, OrganizationCheck, QualityReview:
		return false
	}
	return false
}

// NextTask is the first open task that is the customer's.
func (s *Snapshot) NextTask() (Task, bool) {
	for _, t := range s.Tasks {
		if t.Kind.Customers() && (t.State == TaskOpen || t.State == TaskFailed) {
			return t, true
		}
	}
	return Task{}, false
}

// Over reports whether nothing more will come of an order in this state.
func (s ServiceState) Over() bool {
	switch s {
	case ServiceRejected, ServiceCancelled, ServiceLapsed, ServiceFailed, ServiceRevoked:
		return true
	default:
		return false
	}
}

// Current is the certificate in force, the newest one where several are.
func (s *Snapshot) Current() (Certificate, bool) {
	var best Certificate
	found := false
	for _, c := range s.Certificates {
		if c.State != "current" {
			continue
		}
		if !found || c.NotAfter.After(best.NotAfter) {
			best, found = c, true
		}
	}
	return best, found
}
