package ledger

import (
	"encoding/json"
	"time"

	"certdesk/internal/seller/activationapi/wire"
)

// one is what version 1 held otherwise: orders for one mailbox, each with one task and one thing due.
type one struct {
	Orders []struct {
		Mailbox string `json:"mailbox"`
		Task    *struct {
			ID         string           `json:"id"`
			State      wire.TaskState   `json:"state"`
			SentAt     time.Time        `json:"sent_at"`
			Expires    time.Time        `json:"expires"`
			LastResult *wire.TaskResult `json:"last_result"`
		} `json:"task"`
		Next *Due `json:"next"`
	} `json:"orders"`
}

// fromOne completes a state of version 1, which data holds.
func (s *State) fromOne(data []byte) error {
	var old one
	if json.Unmarshal(data, &old) != nil || len(old.Orders) != len(s.Orders) {
		return ErrDamaged
	}
	for i, was := range old.Orders {
		o := s.Orders[i]
		o.Names = []wire.Name{{Type: wire.NameKindEmail, Value: was.Mailbox}}
		if t := was.Task; t != nil {
			o.Stage = stageProof
			o.Tasks = []*Task{{
				ID: taskMailbox, Kind: wire.TaskKindConfirmMailbox, State: t.State, Target: was.Mailbox, Covers: []string{was.Mailbox},
				Expires: t.Expires, LastResult: t.LastResult, Email: was.Mailbox, SentAt: t.SentAt,
			}}
		}
		if was.Next != nil {
			d := *was.Next
			if d.What == dueLapse {
				d.Task = taskMailbox
			}
			o.Due = []Due{d}
		}
		if o.Certificate != nil || o.State == wire.OrderStateWaitingAuthority {
			o.Stage = stageOver
		}
	}
	for _, m := range s.Mails {
		m.Task = taskMailbox
	}
	s.Version = version
	return nil
}
