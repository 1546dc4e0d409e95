package destination_test

import (
	"testing"

	"certdesk/internal/destination"
)

// What "check a file" says of programs that were tried is what was measured, cell for cell.
func TestWhoOpensAgreesWithTheReaders(t *testing.T) {
	table := measured(t)
	keys := map[string]string{"rsa-2048": "RSA 2048", "rsa-3072": "RSA 3072", "rsa-4096": "RSA 4096", "p-256": "ECDSA P-256", "p-384": "ECDSA P-384"}
	seen := 0
	for cell, outcome := range table {
		for _, o := range destination.WhoOpens(destination.File{Make: cell[0], Key: keys[cell[1]]}) {
			if o.Program.ID != "check.program."+cell[2] {
				continue
			}
			seen++
			want := map[string]destination.Verdict{"ok": destination.Opens, "refused": destination.Refuses}[outcome]
			if o.Verdict != want || !o.Measured || len(o.Reported) > 0 {
				t.Errorf("%v is %s, and is said to be %+v", cell, outcome, o)
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d cells were compared", seen)
	}
}

func verdicts(f destination.File) map[string]destination.Verdict {
	out := map[string]destination.Verdict{}
	for _, o := range destination.WhoOpens(f) {
		out[o.Program.ID[len("check.program."):]] = o.Verdict
	}
	return out
}

func TestWhoOpensWhenLessIsKnown(t *testing.T) {
	for name, tt := range map[string]struct {
		file    destination.File
		program string
		want    destination.Verdict
	}{
		"no key known, refused with each":         {destination.File{Make: "strong"}, "gpgsm", destination.Refuses},
		"no key known, it depends":                {destination.File{Make: "compatible"}, "gpgsm", destination.Unsure},
		"an elliptic key under RC2 was not tried": {destination.File{Make: "rc2", Key: "ECDSA P-256"}, "nss", destination.Unsure},
		"a kind that was never tried":             {destination.File{Make: "strong", Key: "Ed25519"}, "nss", destination.Unsure},
		"a make that was never tried":             {destination.File{Make: "other", Key: "RSA 3072"}, "openssl", destination.Unsure},
		"nobody has reported it":                  {destination.File{Make: "pbmac1", Key: "RSA 3072"}, "windows", destination.Unsure},
		"an umlaut in Java":                       {destination.File{Make: "strong", Key: "RSA 3072", NotASCII: true}, "java17", destination.Refuses},
		"too many iterations in Windows":          {destination.File{Make: "strong", Key: "RSA 3072", TooMany: true}, "windows", destination.Refuses},
		"no password on a Mac":                    {destination.File{Make: "compatible", Key: "RSA 3072", NoPassword: true}, "apple", destination.Refuses},
		"AES on a Mac":                            {destination.File{Make: "strong", Key: "RSA 3072"}, "apple", destination.Refuses},
	} {
		if got := verdicts(tt.file)[tt.program]; got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}
