package clipboard_test

import (
	"encoding/binary"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"

	"certdesk/internal/clipboard"
)

var (
	user32   = windows.NewLazySystemDLL("user32.dll")
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")
)

// read gives what the clipboard holds in a format, as another program gets it.
func read(t *testing.T, format uintptr) ([]byte, bool) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if ok, _, err := user32.NewProc("OpenClipboard").Call(0); ok == 0 {
		t.Fatal(err)
	}
	defer func() { _, _, _ = user32.NewProc("CloseClipboard").Call() }()
	memory, _, _ := user32.NewProc("GetClipboardData").Call(format)
	if memory == 0 {
		return nil, false
	}
	at, _, _ := kernel32.NewProc("GlobalLock").Call(memory)
	size, _, _ := kernel32.NewProc("GlobalSize").Call(memory)
	data := make([]byte, size)
	_, _, _ = kernel32.NewProc("RtlMoveMemory").Call(uintptr(unsafe.Pointer(&data[0])), at, size)
	_, _, _ = kernel32.NewProc("GlobalUnlock").Call(memory)
	return data, true
}

// A secret is there for pasting, with every mark that keeps it out of the history and the cloud.
func TestASecretIsMarkedOnWindows(t *testing.T) {
	for _, text := range []string{"abcd-efgh-ijkl-mnop-qrst", "Zürich 🔑"} {
		if err := clipboard.SetSecret(text); err != nil {
			t.Fatal(err)
		}
		data, ok := read(t, 13)
		units := make([]uint16, 0, len(data)/2)
		for i := 0; i+1 < len(data); i += 2 {
			units = append(units, binary.LittleEndian.Uint16(data[i:]))
		}
		if got := windows.UTF16ToString(units); !ok || got != text {
			t.Errorf("it holds %q, not %q", got, text)
		}
		for _, mark := range []string{"ExcludeClipboardContentFromMonitorProcessing", "CanIncludeInClipboardHistory", "CanUploadToCloudClipboard"} {
			format, _, _ := user32.NewProc("RegisterClipboardFormatW").Call(uintptr(unsafe.Pointer(windows.StringToUTF16Ptr(mark))))
			data, ok := read(t, format)
			if !ok || len(data) < 4 || binary.LittleEndian.Uint32(data) != 0 {
				t.Errorf("%s: %v %x", mark, ok, data)
			}
		}
	}
	if err := clipboard.SetSecret("a\x00b"); err == nil {
		t.Error("half a text was copied")
	}
}
