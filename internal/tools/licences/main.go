// Command licences collects the licences of everything that is linked into Certdesk, from the module cache,
// and writes them to standard output: first a list, one line each, then the texts.
//
//	go run -C internal/tools ./licences ../.. > assets/licences.txt
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

type module struct {
	Path, Version, Dir string
	Main               bool
}

func main() {
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func run(root string, out io.Writer) error {
	modules, err := linked(root)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	var texts strings.Builder
	for _, m := range modules {
		name, text, err := licence(m.Dir)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Path, err)
		}
		fmt.Fprintf(w, "%s %s: %s\n", m.Path, m.Version, name)
		fmt.Fprintf(&texts, "\n\n==== %s %s ====\n\n%s", m.Path, m.Version, strings.TrimSpace(text))
	}
	fmt.Fprintf(w, "Noto Sans and DejaVu Sans Mono, in fyne.io/fyne/v2: OFL-1.1, Bitstream-Vera\n")
	fmt.Fprintln(w, texts.String())
	return w.Flush()
}

// linked lists the modules whose packages are linked on any of the three systems.
func linked(root string) ([]module, error) {
	found := map[string]module{}
	for _, system := range []string{"linux", "windows", "darwin"} {
		cmd := exec.Command("go", "list", "-deps", "-tags", "no_emoji,no_metadata,migrated_fynedo", "-json=Module,Standard", "./app")
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=1", "GOFLAGS=-e")
		data, err := cmd.Output()
		if err != nil && len(data) == 0 {
			return nil, err
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		for {
			var p struct {
				Standard bool
				Module   *module
			}
			if err := dec.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
			if p.Module != nil && !p.Module.Main && p.Module.Dir != "" {
				found[p.Module.Path] = *p.Module
			}
		}
	}
	out := make([]module, 0, len(found))
	for _, m := range found {
		out = append(out, m)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out, nil
}

func licence(dir string) (name, text string, err error) {
	for _, file := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING", "COPYING.txt", "LICENSE-MIT"} {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err == nil {
			return kind(string(b)), string(b), nil
		}
	}
	return "", "", errors.New("no licence found")
}

// kind names a licence by its SPDX identifier.
func kind(text string) string {
	flat := strings.Join(strings.Fields(text), " ")
	has := func(s string) bool { return strings.Contains(flat, s) }
	switch {
	case has("Apache License") && has("Version 2.0"):
		return "Apache-2.0"
	case has("Mozilla Public License"):
		return "MPL-2.0"
	case has("Permission is hereby granted, free of charge"):
		return "MIT"
	case has("Permission to use, copy, modify"):
		return "ISC"
	case has("Redistribution and use in source and binary forms") && has("Neither the name"):
		return "BSD-3-Clause"
	case has("Redistribution and use in source and binary forms"):
		return "BSD-2-Clause"
	}
	return "see its text"
}
