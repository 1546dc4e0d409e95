// Package i18n turns message ids into words.
//
// Below the user interface nobody renders text: rooms return a [Message], plain data that can also be
// stored, and the interface renders it with the [Printer] of the language chosen at that moment.
package i18n

import (
	"encoding/json"
	"fmt"
	"time"
)

// Message is a text that is not rendered yet: the id of an entry of the catalogue and what fills its
// gaps. It survives a round trip through JSON.
type Message struct {
	ID   string `json:"id"`
	Args Args   `json:"args,omitempty"`
}

// Args fill the gaps of a message. Allowed values: string, int, [time.Time] (rendered as a date and
// time), [Date] (rendered as a date), [time.Duration] (rendered as "3 minutes"), []string (rendered as a
// list) and [Message] (rendered in the same language). The key "n" chooses the plural form.
type Args map[string]any

// Date is a moment of which only the day is shown, in the local zone. A day of the calendar that has no
// time, such as "2027-05-14" in a licence, is therefore made in the local zone, or some see the day before.
type Date time.Time

// M is short for a Message; kv are keys and values in turn.
func M(id string, kv ...any) Message {
	m := Message{ID: id}
	if len(kv) > 0 {
		m.Args = Args{}
	}
	for i := 0; i+1 < len(kv); i += 2 {
		m.Args[fmt.Sprint(kv[i])] = kv[i+1]
	}
	return m
}

// IsZero reports whether there is no message.
func (m Message) IsZero() bool { return m.ID == "" }

// typed is how an argument that JSON has no word for is written.
type typed struct {
	Time     *time.Time     `json:"time,omitempty"`
	Date     *time.Time     `json:"date,omitempty"`
	Duration *time.Duration `json:"duration_ns,omitempty"`
	Message  *Message       `json:"message,omitempty"`
}

// MarshalJSON writes each argument so that UnmarshalJSON can give it its type back.
func (a Args) MarshalJSON() ([]byte, error) {
	out := make(map[string]any, len(a))
	for k, v := range a {
		switch v := v.(type) {
		case string, int:
			out[k] = v
		case []string:
			out[k] = append([]string{}, v...) // null would come back as a string
		case time.Time:
			out[k] = typed{Time: &v}
		case Date:
			t := time.Time(v)
			out[k] = typed{Date: &t}
		case time.Duration:
			out[k] = typed{Duration: &v}
		case Message:
			out[k] = typed{Message: &v}
		default:
			return nil, fmt.Errorf("i18n: argument %q has type %T, which a message can't hold", k, v)
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (a *Args) UnmarshalJSON(data []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*a = make(Args, len(raw))
	for k, r := range raw {
		v, err := argument(r)
		if err != nil {
			return fmt.Errorf("i18n: argument %q: %w", k, err)
		}
		(*a)[k] = v
	}
	return nil
}

func argument(r json.RawMessage) (any, error) {
	var s string
	if json.Unmarshal(r, &s) == nil {
		return s, nil
	}
	var n int
	if json.Unmarshal(r, &n) == nil {
		return n, nil
	}
	var list []string
	if json.Unmarshal(r, &list) == nil {
		return list, nil
	}
	var t typed
	if err := json.Unmarshal(r, &t); err != nil {
		return nil, err
	}
	switch {
	case t.Time != nil:
		return *t.Time, nil
	case t.Date != nil:
		return Date(*t.Date), nil
	case t.Duration != nil:
		return *t.Duration, nil
	case t.Message != nil:
		return *t.Message, nil
	}
	return nil, fmt.Errorf("unknown kind of value")
}
