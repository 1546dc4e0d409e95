package clipboard

import (
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32   = windows.NewLazySystemDLL("user32.dll")
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")

	createWindow   = user32.NewProc("CreateWindowExW")
	destroyWindow  = user32.NewProc("DestroyWindow")
	openClipboard  = user32.NewProc("OpenClipboard")
	closeClipboard = user32.NewProc("CloseClipboard")
	emptyClipboard = user32.NewProc("EmptyClipboard")
	setData        = user32.NewProc("SetClipboardData")
	registerFormat = user32.NewProc("RegisterClipboardFormatW")

	globalAlloc  = kernel32.NewProc("GlobalAlloc")
	globalFree   = kernel32.NewProc("GlobalFree")
	globalLock   = kernel32.NewProc("GlobalLock")
	globalUnlock = kernel32.NewProc("GlobalUnlock")
	moveMemory   = kernel32.NewProc("RtlMoveMemory")
)

const (
	unicodeText = 13          // CF_UNICODETEXT
	moveable    = 0x42        // GMEM_MOVEABLE | GMEM_ZEROINIT
	messageOnly = ^uintptr(2) // HWND_MESSAGE, which is -3
)

// marks are the formats by which a program says that what it copies is not to be kept, and what stands in them
// (Microsoft, "Clipboard Formats", "Cloud Clipboard and Clipboard History Formats"): the first by being there, the
// others by a DWORD of 0.
var marks = []string{
	"ExcludeClipboardContentFromMonitorProcessing",
	"CanIncludeInClipboardHistory",
	"CanUploadToCloudClipboard",
}

// setSecret sets text and marks between one opening and closing, so that nobody sees the one without the others.
func setSecret(text string) (err error) {
	utf16, err := windows.UTF16FromString(text)
	if err != nil {
		return errors.New("clipboard: a text with a NUL")
	}
	defer clear(utf16)
	runtime.LockOSThread() // the clipboard is open for a thread
	defer runtime.UnlockOSThread()
	// Data belongs to the window that emptied the clipboard; it stays when the window goes.
	class, title := windows.StringToUTF16Ptr("STATIC"), windows.StringToUTF16Ptr("")
	window, _, why := createWindow.Call(0, uintptr(unsafe.Pointer(class)), uintptr(unsafe.Pointer(title)), 0, 0, 0, 0, 0, messageOnly, 0, 0, 0)
	if window == 0 {
		return fmt.Errorf("clipboard: no window: %w", why)
	}
	defer func() { _, _, _ = destroyWindow.Call(window) }()
	if err := open(window); err != nil {
		return err
	}
	defer func() { _, _, _ = closeClipboard.Call() }()
	if ok, _, why := emptyClipboard.Call(); ok == 0 {
		return fmt.Errorf("clipboard: it can't be emptied: %w", why)
	}
	no := [2]uint16{} // a DWORD of 0
	for _, name := range marks {
		format, _, why := registerFormat.Call(uintptr(unsafe.Pointer(windows.StringToUTF16Ptr(name))))
		if format == 0 {
			return fmt.Errorf("clipboard: no format %s: %w", name, why)
		}
		if err := put(format, no[:]); err != nil {
			return err
		}
	}
	return put(unicodeText, utf16)
}

// open opens the clipboard for a window. Programs that watch it have it open for moments, so it tries for the time of
// a frame.
func open(window uintptr) error {
	for tries := 4; ; tries-- {
		ok, _, why := openClipboard.Call(window)
		if ok != 0 {
			return nil
		}
		if tries == 0 {
			return fmt.Errorf("clipboard: another program has it open: %w", why)
		}
		<-time.After(4 * time.Millisecond)
	}
}

// put hands data over to the clipboard, which frees it.
func put(format uintptr, data []uint16) error {
	size := uintptr(len(data)) * unsafe.Sizeof(data[0])
	memory, _, why := globalAlloc.Call(moveable, size)
	if memory == 0 {
		return fmt.Errorf("clipboard: no memory: %w", why)
	}
	at, _, why := globalLock.Call(memory)
	if at == 0 {
		_, _, _ = globalFree.Call(memory)
		return fmt.Errorf("clipboard: no memory: %w", why)
	}
	_, _, _ = moveMemory.Call(at, uintptr(unsafe.Pointer(&data[0])), size)
	_, _, _ = globalUnlock.Call(memory)
	if ok, _, why := setData.Call(format, memory); ok == 0 {
		_, _, _ = globalFree.Call(memory)
		return fmt.Errorf("clipboard: it takes no data: %w", why)
	}
	return nil
}
