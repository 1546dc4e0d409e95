// Command windowpulse says how long a window of another program goes without answering.
//
//	windowpulse WINDOW
//
// WINDOW is the window's number, as `xdotool search` prints it. The window is asked whether it is still
// there, as a window manager asks before it offers to end a program that hangs (_NET_WM_PING of the
// Extended Window Manager Hints), again and again, until the standard input ends. The program answers from
// the loop in which it draws and takes keys, so the time until its answer is how long a key or a frame had
// to wait at that moment: one frame, about 16 ms, where the program draws 60 of them a second and does
// nothing else. The longest are printed with the window's title at that moment.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

const (
	every    = 4 * time.Millisecond // between an answer and the next question
	patience = 30 * time.Second     // for an answer
	shown    = 5                    // of the longest
)

// beat is one question and its answer.
type beat struct {
	at, took time.Duration
	title    string
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "windowpulse:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return errors.New("usage: windowpulse WINDOW")
	}
	number, err := strconv.ParseUint(os.Args[1], 0, 32)
	if err != nil {
		return err
	}
	xgb.Logger.SetOutput(io.Discard) // a display without passwords is no news
	w, err := open(xproto.Window(number))
	if err != nil {
		return err
	}
	defer w.conn.Close()
	over := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(over)
	}()
	var beats []beat
	for began := time.Now(); ; {
		select {
		case <-over:
			return report(beats)
		case <-time.After(every):
		}
		b, err := w.ask(began)
		if err != nil {
			if len(beats) > 0 {
				return report(beats) // the window was closed
			}
			return err
		}
		beats = append(beats, b)
	}
}

// window is the one that is asked.
type window struct {
	conn                           *xgb.Conn
	id, root                       xproto.Window
	protocols, ping, name, encoded xproto.Atom
	events                         chan xproto.ClientMessageEvent
	asked                          uint32
}

func open(id xproto.Window) (*window, error) {
	conn, err := xgb.NewConn()
	if err != nil {
		return nil, err
	}
	w := &window{
		conn: conn, id: id, root: xproto.Setup(conn).DefaultScreen(conn).Root,
		events: make(chan xproto.ClientMessageEvent, 16),
	}
	for name, atom := range map[string]*xproto.Atom{
		"WM_PROTOCOLS": &w.protocols, "_NET_WM_PING": &w.ping, "_NET_WM_NAME": &w.name, "UTF8_STRING": &w.encoded,
	} {
		reply, err := xproto.InternAtom(conn, false, uint16(len(name)), name).Reply() // #nosec G115 -- short
		if err != nil {
			return nil, err
		}
		*atom = reply.Atom
	}
	// Answers go to the root window, to whoever manages windows; others may listen.
	if err := xproto.ChangeWindowAttributesChecked(conn, w.root, xproto.CwEventMask,
		[]uint32{xproto.EventMaskSubstructureNotify}).Check(); err != nil {
		return nil, err
	}
	go func() {
		defer close(w.events)
		for {
			event, err := conn.WaitForEvent()
			if event == nil && err == nil {
				return
			}
			if m, ok := event.(xproto.ClientMessageEvent); ok {
				w.events <- m
			}
		}
	}()
	return w, nil
}

// ask asks once and waits for the answer.
func (w *window) ask(began time.Time) (beat, error) {
	w.asked++
	question := xproto.ClientMessageEvent{
		Format: 32, Window: w.id, Type: w.protocols,
		Data: xproto.ClientMessageDataUnionData32New([]uint32{uint32(w.ping), w.asked, uint32(w.id), 0, 0}),
	}
	title := w.title()
	at := time.Now()
	if err := xproto.SendEventChecked(w.conn, false, w.id, xproto.EventMaskNoEvent, string(question.Bytes())).Check(); err != nil {
		return beat{}, err
	}
	end := time.After(patience)
	for {
		select {
		case m, ok := <-w.events:
			if !ok {
				return beat{}, errors.New("the display is gone")
			}
			if m.Type == w.protocols && m.Data.Data32[0] == uint32(w.ping) && m.Data.Data32[1] == w.asked {
				return beat{at: at.Sub(began), took: time.Since(at), title: title}, nil
			}
		case <-end:
			return beat{}, fmt.Errorf("no answer within %v", patience)
		}
	}
}

func (w *window) title() string {
	reply, err := xproto.GetProperty(w.conn, false, w.id, w.name, w.encoded, 0, 64).Reply()
	if err != nil {
		return ""
	}
	return string(reply.Value)
}

func report(beats []beat) error {
	if len(beats) == 0 {
		return errors.New("the window was never asked")
	}
	slices.SortFunc(beats, func(a, b beat) int { return int(b.took - a.took) })
	over := 0
	for _, b := range beats {
		if b.took > 50*time.Millisecond {
			over++
		}
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fmt.Printf("asked %d times: longest %.1f ms, 1 of 100 over %.1f ms, median %.1f ms; %d over 50 ms\n",
		len(beats), ms(beats[0].took), ms(beats[len(beats)/100].took), ms(beats[len(beats)/2].took), over)
	for _, b := range beats[:min(shown, len(beats))] {
		fmt.Printf("  %8.1f ms after %6.2f s, %s\n", ms(b.took), b.at.Seconds(), b.title)
	}
	return nil
}
