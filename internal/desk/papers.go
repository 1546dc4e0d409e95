package desk

import (
	"context"
	"path/filepath"
	"time"

	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/paper"
)

// Papers prints what the screens have put into words: instructions for somebody else, forms to sign.
type Papers struct{ *core }

// Save prints a document into a folder, under a name made of what it is about and, in brackets, what it is;
// empty is the folder that is offered for files. Nothing is replaced: a second one gets a number. It returns
// where the file is. Its faults are those of writing a file: FolderGone, FolderReadOnly, DiskFull, FileWrite.
func (p *Papers) Save(ctx context.Context, dir, subject, label string, d paper.Document) (string, error) {
	if dir == "" {
		dir = p.ExportDir()
	}
	dir, err := exportFolder(dir)
	if err != nil {
		return "", err
	}
	if d.Made.IsZero() {
		d.Made = p.Now()
	}
	data, err := p.Fonts().PDF(d)
	if err != nil {
		return "", fault.New(fault.Unexpected, err)
	}
	if ctx.Err() != nil {
		return "", fault.New(fault.Cancelled, ctx.Err())
	}
	for {
		path := filepath.Join(dir, export.FreeName(dir, export.FileName(subject, label, time.Time{}, ".pdf")))
		err := p.write(ctx, path, data)
		if fault.Is(err, fault.FileExists) && ctx.Err() == nil {
			continue // somebody was quicker: the next number
		}
		if err != nil {
			return "", err
		}
		p.Wrote(path)
		return path, nil
	}
}
