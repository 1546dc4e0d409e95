package main

import (
	"slices"
	"sync"

	"certdesk/internal/vault"
)

// memory is a keyring in memory, for tests that are not about the keyring.
type memory struct {
	mu      sync.Mutex
	records map[string]string
	ever    []string // all records that there were
}

// memoryKeyring gives one keyring for each service, as the system does; it outlives a restart of the app.
func memoryKeyring() func(service string) vault.Backend {
	var mu sync.Mutex
	all := map[string]*memory{}
	return func(service string) vault.Backend {
		mu.Lock()
		defer mu.Unlock()
		if all[service] == nil {
			all[service] = &memory{records: map[string]string{}}
		}
		return all[service]
	}
}

func (m *memory) Set(id, record string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records[id] = record
	m.ever = append(m.ever, record)
	return nil
}

// held are all records that this keyring has ever had.
func (m *memory) held() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.ever)
}

func (m *memory) Get(id string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.records[id]
	if !ok {
		return "", vault.ErrNotFound
	}
	return r, nil
}

func (m *memory) Delete(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.records[id]; !ok {
		return vault.ErrNotFound
	}
	delete(m.records, id)
	return nil
}
