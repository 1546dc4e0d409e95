// Command windowbench measures programs that show a window, side by side: how long after its start a
// window can be used, the memory it takes, and what it does while nothing happens.
//
//	windowbench [-runs N] [-idle N] [-shots DIR] -openbox FILE NAME=COMMAND…
//
// A command is split at its spaces. The first name is the program in question, and the others are what
// it is compared with. In each round every program runs once, in an order drawn anew, so that whatever
// else the computer does meets all of them alike. Only numbers of one run may be compared.
//
// "First drawn" is the first change of the empty display. "Usable" is the last change before the picture
// has stood still for a second: nothing of the window is still to come, and it has the focus. The same
// event is taken for every program. The display is looked at every 5 ms; one look takes about 1 ms.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	look     = 5 * time.Millisecond
	still    = time.Second      // without a change: the window is complete
	patience = 30 * time.Second // for a window to show
	settle   = 3 * time.Second  // before the memory is read
	idle     = 20 * time.Second
)

// program is one that is measured, with its figures, one for each round.
type program struct {
	name    string
	command []string

	drawn, usable []float64 // ms
	memory, whole []float64 // MB: its share, and with all that it shares
	busy, wakeups []float64 // % of one core; per second
	running       *exec.Cmd
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "windowbench:", err)
		os.Exit(1)
	}
}

func run() error {
	runs := flag.Int("runs", 15, "rounds for the time until the window is there")
	idles := flag.Int("idle", 3, "rounds for memory and idle work")
	shots := flag.String("shots", "", "folder for a picture of each window")
	openbox := flag.String("openbox", "", "configuration of the window manager")
	flag.Parse()
	var programs []*program
	for _, arg := range flag.Args() {
		name, command, ok := strings.Cut(arg, "=")
		if !ok {
			return fmt.Errorf("%q is not NAME=COMMAND", arg)
		}
		programs = append(programs, &program{name: name, command: strings.Fields(command)})
	}
	dir, err := os.MkdirTemp("", "screen")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := openScreen(dir, *openbox)
	if err != nil {
		return err
	}
	defer func() { _ = s.close() }()
	for _, p := range programs { // fills the caches, and shows what is measured
		if _, _, err := p.start(s); err != nil {
			return err
		}
		if *shots != "" {
			if err := s.save(filepath.Join(*shots, p.name+".png")); err != nil {
				return err
			}
		}
		if err := p.stop(s); err != nil {
			return err
		}
	}
	if err := rounds(programs, *runs, s, (*program).measureStart); err != nil {
		return err
	}
	report(programs, "window usable", "ms", "%.0f", func(p *program) []float64 { return p.usable })
	report(programs, "window first drawn", "ms", "%.0f", func(p *program) []float64 { return p.drawn })
	if err := rounds(programs, *idles, s, (*program).measureIdle); err != nil {
		return err
	}
	report(programs, "memory (PSS)", "MB", "%.1f", func(p *program) []float64 { return p.memory })
	report(programs, "memory and all that it shares (RSS)", "MB", "%.1f", func(p *program) []float64 { return p.whole })
	report(programs, "idle", "% of one core", "%.2f", func(p *program) []float64 { return p.busy })
	report(programs, "idle", "wake-ups a second", "%.0f", func(p *program) []float64 { return p.wakeups })
	return nil
}

// rounds lets every program run once in each round, in an order drawn anew.
func rounds(programs []*program, n int, s *screen, measure func(*program, *screen) error) error {
	order := slices.Clone(programs)
	for range n {
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] }) // #nosec G404 -- no secret
		for _, p := range order {
			if err := measure(p, s); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
		}
	}
	return nil
}

func (p *program) measureStart(s *screen) error {
	drawn, usable, err := p.start(s)
	if err != nil {
		return err
	}
	p.drawn = append(p.drawn, milliseconds(drawn))
	p.usable = append(p.usable, milliseconds(usable))
	return p.stop(s)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// measureIdle reads the memory when the window has been there for a while, then what the program does in
// a time in which nobody touches it.
func (p *program) measureIdle(s *screen) error {
	if _, _, err := p.start(s); err != nil {
		return err
	}
	time.Sleep(settle)
	pid := p.running.Process.Pid
	share, whole, err := memory(pid)
	if err != nil {
		return err
	}
	before, woken, err := work(pid)
	if err != nil {
		return err
	}
	time.Sleep(idle)
	after, wokenAfter, err := work(pid)
	if err != nil {
		return err
	}
	p.memory = append(p.memory, share/1024)
	p.whole = append(p.whole, whole/1024)
	p.busy = append(p.busy, (after-before)/float64(idle)*100)
	p.wakeups = append(p.wakeups, (wokenAfter-woken)/idle.Seconds())
	return p.stop(s)
}

// start starts the program and waits until its window is complete.
func (p *program) start(s *screen) (drawn, usable time.Duration, err error) {
	p.running = exec.Command(p.command[0], p.command[1:]...) // #nosec G204 -- what the command line asks for
	p.running.Env = s.env()
	last := s.copy()
	began := time.Now()
	if err := p.running.Start(); err != nil {
		return 0, 0, err
	}
	for tick := time.NewTicker(look); ; <-tick.C {
		now := time.Since(began)
		if !bytes.Equal(last, s.pixels) {
			last = s.copy()
			if usable = now; drawn == 0 {
				drawn = now
			}
		}
		if drawn > 0 && now-usable > still {
			return drawn, usable, nil
		}
		if now > patience {
			return 0, 0, fmt.Errorf("%s showed no complete window within %v", p.name, patience)
		}
	}
}

// stop ends the program and waits until its window is gone.
func (p *program) stop(s *screen) error {
	shown := s.copy()
	if err := p.running.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	_ = p.running.Wait()
	for range 200 {
		time.Sleep(look)
		if !bytes.Equal(shown, s.pixels) {
			time.Sleep(100 * time.Millisecond) // the window manager has its work to do, too
			return nil
		}
	}
	return fmt.Errorf("the window of %s stayed", p.name)
}

// report prints the median of each program with its quartiles, and the ratio of the first to each other:
// the median of the ratios of the rounds, with their quartiles.
func report(programs []*program, what, unit, format string, of func(*program) []float64) {
	if len(of(programs[0])) == 0 {
		return
	}
	fmt.Printf("%s, %s (median, quartiles of %d)\n", what, unit, len(of(programs[0])))
	for i, p := range programs {
		low, middle, high := quartiles(of(p))
		fmt.Printf("  %-14s "+format+" ("+format+"–"+format+")", p.name, middle, low, high)
		if i > 0 {
			fmt.Printf("   %s", compared(programs[0], p, of))
		}
		fmt.Println()
	}
}

// compared is the ratio of two programs, or what the first has more where the other has nearly nothing.
func compared(first, other *program, of func(*program) []float64) string {
	var ratios, more []float64
	for i, v := range of(other) {
		ratios = append(ratios, of(first)[i]/v)
		more = append(more, of(first)[i]-v)
	}
	if _, middle, _ := quartiles(of(other)); middle < 10 {
		low, middle, high := quartiles(more)
		return fmt.Sprintf("%s - %s %+.2f (%+.2f to %+.2f)", first.name, other.name, middle, low, high)
	}
	low, middle, high := quartiles(ratios)
	return fmt.Sprintf("%s / %s %.2f (%.2f–%.2f)", first.name, other.name, middle, low, high)
}

func quartiles(values []float64) (low, middle, high float64) {
	v := slices.Sorted(slices.Values(values))
	at := func(q float64) float64 {
		x := q * float64(len(v)-1)
		i := int(x)
		j := min(i+1, len(v)-1)
		return v[i] + (x-float64(i))*(v[j]-v[i])
	}
	return at(0.25), at(0.5), at(0.75)
}
