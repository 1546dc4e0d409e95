package main

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestEarlyWorkIsDoneInOrderUntilTheFirstScreenIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEarly()
		var done []int
		work := func(n int) func() { return func() { done = append(done, n) } }
		go func() {
			<-time.After(10 * time.Millisecond)
			e.do(work(1))
			e.do(func() { work(2)(); e.do(work(3)) })
		}()
		began := time.Now()
		e.until(func() bool { return len(done) == 3 }, time.Second)
		if !slices.Equal(done, []int{1, 2, 3}) || time.Since(began) != 10*time.Millisecond {
			t.Errorf("%v after %v", done, time.Since(began))
		}
	})
}

func TestTheWindowShowsWhenTheFirstScreenTakesLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEarly()
		began := time.Now()
		e.until(func() bool { return false }, 150*time.Millisecond)
		if waited := time.Since(began); waited != 150*time.Millisecond {
			t.Errorf("waited for %v", waited)
		}
	})
}

func TestWorkThatComesTooLateIsTheLoops(t *testing.T) {
	e := newEarly()
	var looped []int
	e.do(func() { looped = append(looped, 1) })
	e.handOver(func(f func()) { f() })
	e.do(func() { looped = append(looped, 2) })
	if !slices.Equal(looped, []int{1, 2}) || e.take() != nil {
		t.Errorf("%v", looped)
	}
}
