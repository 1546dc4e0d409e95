// Package clipboard puts secrets into the system's clipboard so that programs which keep what was copied leave
// them alone.
//
// Windows has a way of its own, and so have macOS and the desktops of Linux; of these Certdesk uses that of
// Windows alone: the others need Apple's headers and a selection of our own.
package clipboard

// SetSecret puts a text into the clipboard, marked as secret. Where this package knows no way to mark it, and
// where it did not succeed, it answers an error and the clipboard may hold anything: the caller then puts the text
// there as it does others. Errors never hold the text.
func SetSecret(text string) error { return setSecret(text) }
