// Package kittest drives and checks screens made of the kit, without a display.
//
// A test makes an app with [NewApp] and shows a screen with [Show]. Work that screens start runs for real
// on goroutines of its own, but what it hands to the UI waits in a [Queue] until the test runs it, on the
// test's goroutine: loading, cancelling and polling can be watched step by step, and the race detector has
// nothing to say.
package kittest
