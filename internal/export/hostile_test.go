package export_test

import (
	"os"
	"testing"

	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// A PKCS #12 file that opens with its password, and would then keep the computer busy for hours, is refused at once
// wherever such files are read, and with the reason; its wrong password is still a wrong password.
func TestAFileThatWouldKeepTheComputerBusy(t *testing.T) {
	data, err := os.ReadFile("testdata/nested.p12") // made by package pfx, whose test says what it holds
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]fault.Code{
		asciiPassword: fault.KeyFileKind, "another one": fault.KeyFilePassword, "": fault.KeyFilePassword, "\U0001F511": fault.KeyFilePassword,
	} {
		password := secret.FromString(text)
		if _, err := export.Open(data, password); !fault.Is(err, want) {
			t.Errorf("Open with %q: %v, want %v", text, err, want)
		}
		if _, _, err := export.ReadPKCS12(data, password); !fault.Is(err, want) {
			t.Errorf("ReadPKCS12 with %q: %v, want %v", text, err, want)
		}
	}
}
