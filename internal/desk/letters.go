package desk

import (
	"context"
	"path/filepath"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
)

// mostLetters is how many files are read at once.
const mostLetters = 20

// Letter is what saved e-mails say that were chosen or dropped.
type Letter struct {
	Reading activation.Reading
	Name    string // of the file that it came from; of several, the first
	Others  int    // files beside it that say nothing
}

// ReadFiles reads saved e-mails: the links of all of them that can be meant. Files that hold none are passed
// over as long as one does; else the fault says what the first is. It asks nobody, and keeps nothing.
func (r *Redeem) ReadFiles(ctx context.Context, paths []string) (Letter, error) {
	if len(paths) > mostLetters {
		return Letter{}, fault.New(fault.FilesMany, nil, "n", mostLetters)
	}
	var files Files
	var found []activation.Reading
	var first error
	l := Letter{}
	for _, path := range paths {
		name := filepath.Base(path)
		data, err := files.ReadStart(ctx, path, activation.MaxEmail)
		if ctx.Err() != nil {
			return Letter{}, fault.New(fault.Cancelled, ctx.Err())
		}
		var reading activation.Reading
		if err == nil {
			reading, err = r.Parser.ReadFile(name, data)
		}
		if err != nil {
			l.Others++
			if first == nil {
				first = err
			}
			continue
		}
		if l.Name == "" {
			l.Name = name
		}
		found = append(found, reading)
	}
	if len(found) == 0 {
		if first == nil {
			first = fault.New(fault.LinkEmpty, nil)
		}
		return Letter{}, first
	}
	var err error
	l.Reading, err = activation.Together(found)
	return l, err
}
