package destination

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"certdesk/internal/i18n"
)

// Guide is the way of a file into one program, in steps.
type Guide struct {
	Program i18n.Message // with the versions for which it was written
	Steps   []Step
}

// Step is one step. Its text names menus as the program does in the language of the text.
type Step struct {
	Text    i18n.Message
	Picture string // assets/guides/NAME.svg; empty: none
	Snippet string // a piece of the program's configuration, or a command; empty: none
}

// Names are the names of the files that were made, and what a guide says of them.
type Names struct {
	Sealed  string // the PKCS #12 file
	Key     string
	Chain   string
	One     string   // key and chain in one
	Bare    string   // the certificate alone
	Website string   // the first name of the certificate
	Also    []string // the others
	Alias   string   // of the key, as Java shows it
}

// host is a name that may stand in a configuration as it is, a wildcard too. Those of certificates come from outside.
var host = regexp.MustCompile(`^(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)

// NamesOf tells the files of a destination apart by their endings. What is no name of a website among websites is left
// away; without one, guides speak of example.org.
func NamesOf(paths, websites []string, alias string) Names {
	websites = slices.DeleteFunc(slices.Clone(websites), func(name string) bool { return !host.MatchString(name) })
	n := Names{Website: "example.org", Alias: strings.ToLower(alias)}
	if len(websites) > 0 {
		n.Website, n.Also = websites[0], websites[1:]
	}
	for _, path := range paths {
		switch name := filepath.Base(path); {
		case strings.HasSuffix(name, p12):
			n.Sealed = name
		case strings.HasSuffix(name, bareExt):
			n.Bare = name
		case strings.HasSuffix(name, pemFiles[0].Ext):
			n.Key = name
		case strings.HasSuffix(name, pemFiles[1].Ext):
			n.Chain = name
		default:
			n.One = name
		}
	}
	return n
}

// Guides are the guides of a destination for the files of the given names; "another program" and "I don't know"
// have none.
//
// The names of menus are those of the programs, as their makers write them: Microsoft (support.microsoft.com,
// "Encrypt messages by using S/MIME in Outlook"; learn.microsoft.com, "Certificate Import Wizard" and IIS 10),
// Apple (support.apple.com, Mail and Keychain Access on macOS 14 and 15, iOS 17 and 18), Mozilla
// (support.mozilla.org, Thunderbird 128, 140 and 153, whose names a test compares), Google (support.google.com/android, "Install certificates",
// Android 13 to 15); the directives come from the manuals of nginx 1.24, Apache 2.4.8, HAProxy 2.4, Postfix 3.4
// and Tomcat 9 and later.
func (d Destination) Guides(n Names) []Guide {
	switch d.ID {
	case Outlook:
		return outlookGuides(n)
	case Apple:
		return appleGuides(n)
	case Thunderbird:
		return []Guide{{say("thunderbird.program"), []Step{
			step("thunderbird.open", "settings", n), step("thunderbird.import", "import", n), step("password", "password", n),
			step("thunderbird.account", "choose", n), step("thunderbird.test", "signed", n),
		}}}
	case Android:
		return []Guide{{say("android.program"), []Step{
			step("android.copy", "phone-copy", n), step("android.install", "phone-settings", n), step("android.password", "password", n),
			step("android.mail", "phone-mail", n),
		}}}
	case Windows:
		return []Guide{{say("windows.program"), []Step{
			step("windows.copy", "to-server", n), step("windows.machine", "store-machine", n), step("windows.password", "password", n),
			step("windows.bind", "bindings", n), step("website.look", "browser", n),
		}}}
	case WebServer:
		return []Guide{
			server("nginx", n, nginx(n), "sudo nginx -t && sudo systemctl reload nginx"),
			server("apache", n, apache(n), "sudo apachectl configtest && sudo systemctl reload apache2"),
		}
	case HAProxy:
		return []Guide{server("haproxy", n, haproxy(n), "sudo haproxy -c -f /etc/haproxy/haproxy.cfg && sudo systemctl reload haproxy")}
	case Postfix:
		return []Guide{server("postfix", n, postfix(n), "sudo postfix check && sudo systemctl reload postfix")}
	case Java:
		return javaGuides(n)
	case Another, Unknown, Certificate:
	}
	return nil
}

func outlookGuides(n Names) []Guide {
	return []Guide{
		{say("outlook.program"), []Step{
			step("outlook.open", "open", n), step("outlook.store", "store-user", n), step("outlook.password", "password", n),
			step("outlook.trust", "settings", n), step("outlook.choose", "choose", n), step("outlook.test", "signed", n),
		}},
		{say("outlook.new.program"), []Step{
			step("outlook.open", "open", n), step("outlook.store", "store-user", n), step("outlook.password", "password", n),
			step("outlook.new.settings", "settings", n), step("outlook.test", "signed", n),
		}},
	}
}

func appleGuides(n Names) []Guide {
	return []Guide{
		{say("apple.mac.program"), []Step{
			step("apple.mac.open", "open", n), step("apple.mac.keychain", "keychain", n), step("password", "password", n),
			step("apple.mac.mail", "signed", n),
		}},
		{say("apple.phone.program"), []Step{
			step("apple.phone.copy", "phone-copy", n), step("apple.phone.install", "phone-settings", n),
			step("apple.phone.password", "password", n), step("apple.phone.mail", "phone-mail", n),
		}},
	}
}

// Hardware is the guide for code signing: the key is on a token, and no file holds it. thumbprint is the SHA-1
// hash by which Windows calls a certificate.
func Hardware(n Names, thumbprint string) Guide {
	return Guide{say("code.program"), []Step{
		{Text: say("code.why"), Picture: "token"},
		{Text: say("code.import", "cer", n.Bare), Picture: "keychain"},
		{
			Text: say("code.sign"), Picture: "terminal",
			Snippet: "signtool sign /fd SHA256 /td SHA256 /tr TIMESTAMP-ADDRESS /sha1 " + thumbprint + " PROGRAM.exe",
		},
	}}
}

// server is the guide for a program that reads PEM files under /etc/ssl/certdesk.
func server(program string, n Names, config, reload string) Guide {
	copied := "server.copy-two"
	if n.One != "" {
		copied = "server.copy-one"
	}
	last := "server.delete"
	if program == "postfix" {
		last = "server.mail-delete"
	}
	return Guide{say(program + ".program"), []Step{
		{Text: say(copied, pairs(n)...), Picture: "to-server", Snippet: copyToServer(n)},
		{Text: say(program + ".config"), Picture: "config", Snippet: config},
		{Text: say("server.reload"), Picture: "terminal", Snippet: reload},
		step(last, "", n),
	}}
}

func javaGuides(n Names) []Guide {
	return []Guide{
		{say("tomcat.program"), []Step{
			{Text: say("java.copy", pairs(n)...), Picture: "to-server"},
			{Text: say("tomcat.config"), Picture: "config", Snippet: tomcat(n)},
			{Text: say("tomcat.restart"), Picture: "terminal"},
		}},
		{say("keytool.program"), []Step{
			{Text: say("keytool.look"), Picture: "terminal", Snippet: "keytool -list -v -storetype PKCS12 -keystore " + quoted(n.Sealed)},
			{Text: say("keytool.import"), Picture: "terminal", Snippet: "keytool -importkeystore -srcstoretype PKCS12 -srckeystore " +
				quoted(n.Sealed) + " -srcalias " + quoted(n.Alias) + " -destkeystore keystore.p12 -deststoretype PKCS12 -destalias server"},
		}},
	}
}

func step(id, picture string, n Names) Step {
	return Step{Text: say(id, pairs(n)...), Picture: picture}
}

func say(id string, kv ...any) i18n.Message { return i18n.M("guide."+id, kv...) }

// pairs are what a text may name.
func pairs(n Names) []any {
	return []any{"file", n.Sealed, "key", n.Key, "chain", n.Chain, "one", n.One, "website", hostOf(n.Website)}
}
