package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// The virtual display. It is of 24 bits, four bytes a pixel.
const screenWidth, screenHeight = 1280, 900

// screen is a virtual display whose picture lies in memory that this program shares: looking at it asks
// nothing of the X server, which the measured program keeps busy.
type screen struct {
	display string
	server  *exec.Cmd
	manager *exec.Cmd
	mapped  []byte
	pixels  []byte
}

// openScreen starts a display and a window manager that gives a new window the focus.
func openScreen(dir, openboxConfig string) (*screen, error) {
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = ours.Close() }()
	size := fmt.Sprintf("%dx%dx24", screenWidth, screenHeight)
	s := &screen{server: exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", size,
		"-nolisten", "tcp", "-noreset", "-fbdir", dir)}
	s.server.ExtraFiles = []*os.File{theirs}
	if err := s.server.Start(); err != nil {
		return nil, errors.Join(err, theirs.Close())
	}
	_ = theirs.Close()
	number := make([]byte, 16)
	n, err := ours.Read(number)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the virtual display did not start: %w", err), s.close())
	}
	s.display = ":" + strings.TrimSpace(string(number[:n]))
	if err := s.share(filepath.Join(dir, "Xvfb_screen0")); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.manager = exec.Command("openbox", "--sm-disable", "--config-file", openboxConfig)
	s.manager.Env = s.env()
	if err := s.manager.Start(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	time.Sleep(time.Second) // it has no window to wait for
	return s, nil
}

func (s *screen) env() []string {
	return append(os.Environ(), "DISPLAY="+s.display, "LIBGL_ALWAYS_SOFTWARE=1")
}

// share maps the display's picture. The file is an X window dump: a header whose length and count of
// colours are its first and twentieth word, then the colours of 12 bytes each, then the pixels
// (X11/XWDFile.h).
func (s *screen) share(file string) error {
	f, err := os.Open(file) // #nosec G304 -- of the display that was just started
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	s.mapped, err = syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED) // #nosec G115
	if err != nil {
		return err
	}
	at := binary.BigEndian.Uint32(s.mapped) + 12*binary.BigEndian.Uint32(s.mapped[19*4:])
	if len(s.mapped) < int(at)+4*screenWidth*screenHeight {
		return errors.New("the display's picture is too small")
	}
	s.pixels = s.mapped[at : int(at)+4*screenWidth*screenHeight]
	return nil
}

func (s *screen) copy() []byte { return bytes.Clone(s.pixels) }

// save writes the picture of the display, so that a person can see what was measured.
func (s *screen) save(file string) error {
	picture := image.NewNRGBA(image.Rect(0, 0, screenWidth, screenHeight))
	for i := 0; i < len(s.pixels); i += 4 {
		p := s.pixels[i : i+4]
		picture.SetNRGBA(i/4%screenWidth, i/4/screenWidth, color.NRGBA{R: p[2], G: p[1], B: p[0], A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o600)
}

func (s *screen) close() error {
	for _, c := range []*exec.Cmd{s.manager, s.server} {
		if c != nil && c.Process != nil {
			_ = c.Process.Signal(syscall.SIGTERM)
			_ = c.Wait()
		}
	}
	if s.mapped == nil {
		return nil
	}
	return syscall.Munmap(s.mapped)
}
