package export

import (
	"certdesk/internal/destination"
	"certdesk/internal/secret"
)

// Seal makes a PKCS #12 file in memory, under a password that is generated for it, and opens it again: it goes
// to a program of this computer. Errors are faults, as those of Make.
func (m Maker) Seal(p Plan, rule destination.FileRule) ([]byte, secret.Value, error) {
	password, err := GeneratePassword(m.random())
	if err != nil {
		return nil, secret.Value{}, err
	}
	p.Password, p.OwnPassword = password, false
	data, err := m.encode(p, rule)
	if err == nil {
		err = p.verify(rule, data)
	}
	if err != nil {
		return nil, secret.Value{}, asFault(err)
	}
	return data, password, nil
}
