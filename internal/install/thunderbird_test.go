//go:build linux

package install_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"certdesk/internal/install"
	"certdesk/internal/secret"
)

// programDir is where Debian has Thunderbird.
const programDir = "/usr/lib/thunderbird"

// script is what Thunderbird does once it has started: it imports a file if it is given one, looks for certificates with
// a key, decrypts a message, chooses the certificate for the account as its settings do, signs a message, and ends.
// Mozilla calls this AutoConfig.
const script = `// the first line is not read
const [said, sealed, opened, signed, file, password] = [SAID, SEALED, OPENED, SIGNED, FILE, PASSWORD];
function at(path) {
  const f = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
  f.initWithPath(path);
  return f;
}
function write(path, text) {
  const s = Cc["@mozilla.org/network/file-output-stream;1"].createInstance(Ci.nsIFileOutputStream);
  s.init(at(path), 0x02 | 0x08 | 0x10, 0o600, 0);
  s.write(text, text.length);
  s.close();
}
function read(path) {
  const s = Cc["@mozilla.org/network/file-input-stream;1"].createInstance(Ci.nsIFileInputStream);
  s.init(at(path), 1, 0, 0);
  const b = Cc["@mozilla.org/binaryinputstream;1"].createInstance(Ci.nsIBinaryInputStream);
  b.setInputStream(s);
  return b.readByteArray(b.available());
}
function end(text) {
  write(said, text + "\n");
  Services.startup.quit(Ci.nsIAppStartup.eForceQuit);
}
function work() {
  const db = Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB);
  if (file) {
    write(said, "imported with " + db.importPKCS12File(at(file), password) + "\n");
  }
  const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
  const identity = MailServices.accounts.getIdentity("id1");
  for (const c of db.getCerts()) {
    if (c.certType & Ci.nsIX509Cert.USER_CERT) {
      write(said, "with a key: " + c.displayName + " " + c.emailAddress + "\n");
      for (const use of ["signing", "encryption"]) {
        identity.setUnicharAttribute(use + "_cert_name", c.displayName);
        identity.setCharAttribute(use + "_cert_dbkey", c.dbKey);
      }
    }
  }
  const decoder = Cc["@mozilla.org/nsCMSDecoderJS;1"].createInstance(Ci.nsICMSDecoderJS);
  write(opened, String.fromCharCode(...decoder.decrypt(read(sealed))));
  const fields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
  fields.from = fields.to = identity.email;
  fields.composeSecure = Cc["@mozilla.org/messengercompose/composesecure;1"].createInstance(Ci.nsIMsgComposeSecure);
  fields.composeSecure.signMessage = true;
  const send = Cc["@mozilla.org/messengercompose/send;1"].createInstance(Ci.nsIMsgSend);
  send.createAndSendMessage(null, identity, "account1", fields, false, true, Ci.nsIMsgSend.nsMsgDeliverNow, null,
    "text/plain", "signed by Thunderbird\n", null, null, {
      QueryInterface: ChromeUtils.generateQI(["nsIMsgSendListener"]),
      onStartSending() {}, onProgress() {}, onStatus() {}, onGetDraftFolderURI() {}, onSendNotPerformed() {},
      onTransportSecurityError() {},
      onStopSending(id, status, message, file) {
        try {
          file.copyTo(at(signed).parent, at(signed).leafName);
          end("ended with " + status);
        } catch (e) { end("not signed: " + e); }
      },
    }, "", "", Ci.nsIMsgCompType.New).catch(e => end("not sent: " + e));
}
Services.obs.addObserver(() => { try { work(); } catch (e) { end("failed: " + e); } }, "final-ui-startup");
`

// Thunderbird itself, without its window, finds what was put into its profile, decrypts with it and signs with it.
func TestThunderbirdSignsAndDecrypts(t *testing.T) {
	home := t.TempDir()
	target, m := profile(t, home, ""), issue(t, 11)
	placed, err := install.Installer{}.Install(t.Context(), target, m.item(t, "anna"), secret.Value{})
	if err != nil {
		t.Fatal(err)
	}
	nss(t, "", "certutil", "-M", "-n", placed.Above[0], "-t", "C,C,C", "-d", "sql:"+target.Dir) // a test's authority
	thunderbird(t, home, target, m, install.Item{})
}

// It does the same with a file as it is made for Thunderbird, which it imports itself, as the guide says. The table of
// destinations, the app and README say so.
func TestThunderbirdSignsWithTheFileThatItImports(t *testing.T) {
	home := t.TempDir()
	target, m := profile(t, home, ""), issue(t, 11)
	root := filepath.Join(t.TempDir(), "root.pem")
	write(t, root, pemOf(m.above))
	nss(t, "", "certutil", "-A", "-n", "root", "-t", "C,C,C", "-i", root, "-d", "sql:"+target.Dir)
	thunderbird(t, home, target, m, m.item(t, "anna"))
	if got, err := os.ReadFile("testdata/served.txt"); err != nil || string(got) != "thunderbird thunderbird\n" {
		t.Errorf("testdata/served.txt says %q, %v", got, err)
	}
}

// thunderbird runs the script in a profile; an item is a file that it imports first.
func thunderbird(t *testing.T, home string, target install.Target, m made, item install.Item) {
	t.Helper()
	if release, err := os.ReadFile("/etc/os-release"); err == nil && strings.Contains(string(release), "\nID=ubuntu\n") {
		t.Skip("Ubuntu has Thunderbird as a snap: TestWhatWasPutInSignsAndDecrypts has NSS alone do it") //nolint:forbidigo // no package of Ubuntu takes such a script
	}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write(t, at("letter"), "for you alone\n")
	write(t, at("leaf.pem"), pemOf(m.leaf))
	write(t, at("root.pem"), pemOf(m.above))
	nss(t, "", "openssl", "cms", "-encrypt", "-aes256", "-in", at("letter"), "-outform", "DER", "-out", at("sealed"), at("leaf.pem"))
	file, want := "", "with a key: anna@example.ch anna@example.ch\nended with 0\n"
	if item.Sealed != nil {
		file, want = at("anna.p12"), "imported with 0\n"+want
		write(t, file, string(item.Sealed))
	}
	app := thunderbirdWith(t, strings.NewReplacer(
		"SAID", strconv.Quote(at("said")), "SEALED", strconv.Quote(at("sealed")), "OPENED", strconv.Quote(at("opened")),
		"SIGNED", strconv.Quote(at("signed.eml")), "FILE", strconv.Quote(file), "PASSWORD", strconv.Quote(string(item.Password.Reveal())),
	).Replace(script))
	write(t, filepath.Join(target.Dir, "user.js"), preferences)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, app, "--headless", "--no-remote", "--profile", target.Dir) // #nosec G204 -- made above
	cmd.Env = append(os.Environ(), "HOME="+home, "TMPDIR="+dir, "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	said, _ := os.ReadFile(at("said")) // #nosec G304 -- the test's own
	if got := string(said); err != nil || got != want {
		t.Fatalf("Thunderbird: %v: %q\n%s", err, got, out)
	}
	if got, err := os.ReadFile(at("opened")); err != nil || strings.TrimSpace(string(got)) != "for you alone" { // #nosec G304 -- as above
		t.Errorf("it decrypted %q, %v", got, err)
	}
	nss(t, "", "openssl", "cms", "-verify", "-in", at("signed.eml"), "-CAfile", at("root.pem"), "-purpose", "smimesign", "-out", at("verified"))
	if got, err := os.ReadFile(at("verified")); err != nil || !strings.Contains(string(got), "signed by Thunderbird") { // #nosec G304 -- as above
		t.Errorf("it signed %q, %v", got, err)
	}
}

// preferences are an account without a server. No connection leaves this computer.
const preferences = `
user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.accountmanager.localfoldersserver", "server1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account1.identities", "id1");
user_pref("mail.server.server1.type", "none");
user_pref("mail.server.server1.hostname", "Local Folders");
user_pref("mail.server.server1.userName", "nobody");
user_pref("mail.identity.id1.useremail", "anna@example.ch");
user_pref("mail.identity.id1.valid", true);
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 1);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 1);
`

// thunderbirdWith is the installed program with a script of its own: a folder of links, since Thunderbird looks for
// scripts beside itself.
func thunderbirdWith(t *testing.T, script string) (path string) {
	t.Helper()
	app := t.TempDir()
	link := func(from, to string, but ...string) {
		entries, err := os.ReadDir(from)
		if err != nil {
			t.Fatalf("Thunderbird is missing: .ci/setup test installs it: %v", err)
		}
		if err := os.MkdirAll(to, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.Contains(" "+strings.Join(but, " ")+" ", " "+e.Name()+" ") {
				continue
			}
			if err := os.Symlink(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	link(programDir, app, "thunderbird", "thunderbird-bin", "defaults")
	link(filepath.Join(programDir, "defaults"), filepath.Join(app, "defaults"), "pref")
	link(filepath.Join(programDir, "defaults", "pref"), filepath.Join(app, "defaults", "pref"))
	program, err := os.ReadFile(filepath.Join(programDir, "thunderbird-bin"))
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(app, "thunderbird-bin")
	if err := os.WriteFile(path, program, 0o700); err != nil { // #nosec G306 -- a program
		t.Fatal(err)
	}
	write(t, filepath.Join(app, "defaults", "pref", "certdesk.js"),
		`pref("general.config.filename", "certdesk.cfg");`+"\n"+`pref("general.config.obscure_value", 0);`+"\n"+`pref("general.config.sandbox_enabled", false);`+"\n")
	write(t, filepath.Join(app, "certdesk.cfg"), script)
	return path
}
