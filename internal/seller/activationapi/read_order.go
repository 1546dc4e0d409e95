package activationapi

import (
	"certdesk/internal/order"
	"certdesk/internal/seller/activationapi/wire"
)

// snapshot makes the nouns of an order's message.
func (p place) snapshot(w wire.Order) order.Snapshot {
	s := order.Snapshot{
		ID:          w.ID,
		Reference:   line(w.Reference, maxShort),
		State:       order.ServiceState(line(w.State, maxShort)),
		StateReason: line(text(w.StateReason), maxDetail),
		TermFrom:    line(text(w.Term.From), maxShort),
		TermUntil:   line(text(w.Term.Until), maxShort),
		Reissue: order.Reissue{
			Allowed: w.Reissue.Allowed, Left: w.Reissue.Left, FreeUntil: w.Reissue.FreeUntil,
			NamesFixed: deref(w.Reissue.NamesFixed),
		},
	}
	if w.Expected != nil {
		s.Earliest, s.Latest = w.Expected.Earliest, w.Expected.Latest
	}
	if w.Renewal != nil {
		s.OfferURL = p.web(text(w.Renewal.OfferURL))
	}
	for _, n := range first(w.Names, maxNames) {
		s.Names = append(s.Names, order.Name{Type: line(n.Type, maxShort), Value: line(n.Value, maxLine)})
	}
	for _, t := range first(w.Tasks, maxTasks) {
		s.Tasks = append(s.Tasks, p.task(t))
	}
	for _, e := range first(w.Editable, maxSmall) {
		s.Editable = append(s.Editable, order.Editable{Field: line(e.Field, maxShort), When: line(e.When, maxShort)})
	}
	p.told(w, &s)
	return s
}

// told adds what the service tells of the order's past: messages, events, certificates.
func (p place) told(w wire.Order, s *order.Snapshot) {
	for _, m := range first(w.Messages, maxMessages) {
		s.Messages = append(s.Messages, order.Message{
			ID: line(m.ID, maxLine), At: m.At, From: line(m.From, maxLine), Subject: line(m.Subject, maxLine),
			Text: block(m.Text),
		})
	}
	for _, e := range first(w.Timeline, maxEvents) {
		s.Timeline = append(s.Timeline, order.Event{At: e.At, Event: line(e.Event, maxShort), By: line(e.By, maxShort)})
	}
	for _, c := range first(w.Certificates, maxCerts) {
		if !hash.MatchString(c.SHA256) {
			continue // nothing can be fetched by it
		}
		cert := order.Certificate{
			SHA256: c.SHA256, Serial: line(c.Serial, maxShort), NotBefore: c.NotBefore, NotAfter: c.NotAfter,
			SPKISHA256: line(c.SPKISHA256, maxShort), State: line(c.State, maxShort),
		}
		if c.Revocation != nil && c.Revocation.State == wire.RevocationStateRevoked {
			cert.RevokedAt = c.Revocation.At
		}
		s.Certificates = append(s.Certificates, cert)
	}
}

func (p place) task(w wire.Task) order.Task {
	t := order.Task{
		ID:      line(w.ID, 200),
		Kind:    order.TaskKind(line(w.Kind, maxShort)),
		Target:  line(text(w.Target), maxLine),
		Covers:  texts(w.Covers, maxNames, maxLine),
		Accepts: line(text(w.Accepts), maxShort),
		State:   order.TaskState(line(w.State, maxShort)),
		Expires: w.Expires,
		Method:  line(text(w.Method), maxShort),
		Methods: texts(w.Methods, maxSmall, maxShort),
	}
	if r := w.LastResult; r != nil {
		t.LastResult = &order.TaskResult{At: r.At, Code: line(r.Code, maxShort), Detail: line(text(r.Detail), maxDetail)}
	}
	if i := w.Instruction; i != nil {
		t.Instruction = p.instruction(*i)
	}
	return t
}

func (p place) instruction(w wire.Instruction) order.Instruction {
	return order.Instruction{
		Type:        line(w.Type, maxShort),
		RecordType:  line(text(w.RecordType), maxShort),
		RecordName:  line(text(w.RecordName), maxLine),
		RecordValue: line(text(w.RecordValue), maxValue),
		TTL:         count(deref(w.TTL)),
		URL:         line(text(w.URL), maxURL),
		Body:        exact(text(w.Body)),
		Email:       line(text(w.Email), maxLine),
		SentAt:      w.SentAt,
		Allowed:     texts(w.Allowed, maxSmall, maxLine),
		Form:        line(text(w.Form), maxLine),
		Send:        line(text(w.Send), maxShort),
		Address:     address(w.Address),
		Phone:       line(text(w.Phone), maxShort),
		Hours:       line(text(w.Hours), maxLine),
		ActionURL:   p.web(text(w.ActionURL)),
	}
}
