//go:build unix

package export_test

import (
	"encoding/pem"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/order"
)

// servers are put to work with the files that were made and the configuration that the guide shows for them, as it
// stands there. A client that trusts the root alone must be content with what they send.
var servers = []struct {
	name  string // as in the guide
	id    destination.ID
	serve func(t *testing.T, s served)
}{
	{"nginx", destination.WebServer, nginxServes},
	{"apache", destination.WebServer, apacheServes},
	{"haproxy", destination.HAProxy, haproxyServes},
	{"postfix", destination.Postfix, postfixServes},
	{"tomcat", destination.Java, tomcatServes},
}

// "Check a file" says that nginx and Apache read key and chain in one file, as HAProxy does.
func TestServersReadKeyAndChainInOneFile(t *testing.T) {
	for _, serve := range []func(*testing.T, served){nginxServes, apacheServes} {
		s := serverFiles(t, destination.HAProxy)
		s.names.Key, s.names.Chain = s.names.One, s.names.One
		s.d, _ = destination.Find(destination.WebServer, order.TLS)
		serve(t, s)
	}
}

// The configuration for a wildcard serves, too.
func TestServersTakeTheConfigurationForAWildcard(t *testing.T) {
	for _, serve := range []func(*testing.T, served){nginxServes, apacheServes} {
		s := serverFiles(t, destination.WebServer)
		s.names.Website, s.names.Also = "*.example.ch", []string{"example.ch"}
		serve(t, s)
	}
}

const servedTable = "testdata/served.txt"

// TestServers runs them, and compares which served with what is written down; README and the app say so.
func TestServers(t *testing.T) {
	got := "# Which server served with the files of which destination and the configuration that the guide shows.\n" +
		"# go test ./internal/export -run TestServers -update writes it anew.\n"
	for _, s := range servers {
		if t.Run(s.name, func(t *testing.T) { s.serve(t, serverFiles(t, s.id)) }) {
			got += string(s.id) + " " + s.name + "\n"
		}
	}
	if *update {
		if err := os.WriteFile(servedTable, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(servedTable)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s says otherwise (-table +served):\n%s", servedTable, diff)
	}
}

// site is the name that all of them serve.
const site = "www.example.ch"

// served is one set of files, as it lies on the server.
type served struct {
	dir   string // in the place of the folder that the guide names
	root  string // PEM
	names destination.Names
	d     destination.Destination
}

// serverFiles makes the files of a destination.
func serverFiles(t *testing.T, id destination.ID) served {
	t.Helper()
	c := issue(t, rsaKey().Public())
	c.key = rsaKey()
	var s served
	var paths []string
	for _, path := range makeFor(t, c, id) {
		paths, s.dir = append(paths, path), filepath.Dir(path)
	}
	s.names = destination.NamesOf(paths, []string{site, "example.ch"}, export.FriendlyName(site, "Example Hosting", c.leaf.NotAfter))
	for _, d := range destination.All() {
		if d.ID == id {
			s.d = d
		}
	}
	s.root = writeFile(t, "root.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.root.Raw})))
	return s
}

// snippet is the piece that the guide for a program shows beside the given text, with what is the customer's to change
// changed: pairs of what stands there and what stands here. What is not found is a fault of the test.
func (s served) snippet(t *testing.T, program, step string, changes ...string) string {
	t.Helper()
	for _, g := range s.d.Guides(s.names) {
		for _, st := range g.Steps {
			if g.Program.ID != "guide."+program+".program" || st.Text.ID != "guide."+step {
				continue
			}
			text := st.Snippet
			for i := 0; i < len(changes); i += 2 {
				if !strings.Contains(text, changes[i]) {
					t.Fatalf("the snippet has no %q:\n%s", changes[i], text)
				}
				text = strings.ReplaceAll(text, changes[i], changes[i+1])
			}
			return text
		}
	}
	t.Fatalf("no guide for %s with %s", program, step)
	return ""
}

const shownDir = "/etc/ssl/certdesk/"

// contented asks OpenSSL's client, which knows the root alone, whether it takes what is served; and whether it looks.
func (s served) contented(t *testing.T, program, address string, more ...string) {
	t.Helper()
	look := func(name string) (string, error) {
		return run(t, "openssl", append([]string{
			"s_client", "-connect", address, "-servername", name, "-CAfile", s.root, "-no-CApath", "-no-CAstore", "-verify_hostname", name,
			"-verify_return_error", "-brief",
		}, more...)...)
	}
	if out, err := look(site); err != nil || !strings.Contains(out, "Verification: OK") || !strings.Contains(out, "Verified peername: "+site) {
		t.Errorf("%s: %v\n%s", program, err, out)
	}
	if out, err := look("www.example.org"); err == nil {
		t.Errorf("%s: the client takes the certificate for another name: it does not look\n%s", program, out)
	}
}

// browsed asks curl, which looks up no name and trusts the root alone, for a page.
func (s served) browsed(t *testing.T, port string) {
	t.Helper()
	page := (&url.URL{Scheme: "https", Host: net.JoinHostPort(site, port)}).String()
	must(t, "curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "60", "--cacert", s.root,
		"--resolve", site+":"+port+":127.0.0.1", page)
}

// daemon finds a server's program, which is not on the path of every user.
func daemon(t *testing.T, name string, places ...string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, dir := range append(places, "/usr/sbin") {
		if path := filepath.Join(dir, name); fileThere(path) {
			return path
		}
	}
	t.Fatalf("%s is missing: .ci/setup test installs it", name)
	return ""
}

func fileThere(path string) bool { _, err := os.Stat(path); return err == nil }

func nginxServes(t *testing.T, s served) {
	t.Helper()
	dir, port := t.TempDir(), freePort(t)
	config := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log stderr;
events {}
http {
  access_log off; client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
%[2]s}
`, dir, s.snippet(t, "nginx", "nginx.config", shownDir, s.dir+"/", "listen 443", "listen 127.0.0.1:"+port, "listen [::]:443 ssl;", ""))
	until(t, exec.CommandContext(t.Context(), daemon(t, "nginx"), "-p", dir, "-e", "stderr", "-c", writeFile(t, "nginx.conf", config)), "127.0.0.1:"+port)
	s.contented(t, "nginx", "127.0.0.1:"+port)
	s.browsed(t, port)
}

func apacheServes(t *testing.T, s served) {
	t.Helper()
	dir, port := t.TempDir(), freePort(t)
	modules := ""
	for _, m := range []string{"mpm_event", "authz_core", "socache_shmcb", "ssl"} {
		modules += fmt.Sprintf("LoadModule %[1]s_module /usr/lib/apache2/modules/mod_%[1]s.so\n", m)
	}
	if os.Getuid() == 0 { // Apache serves nothing as root
		modules += "User nobody\nGroup nogroup\n"
	}
	config := fmt.Sprintf("ServerRoot %[1]s\nDefaultRuntimeDir %[1]s\nServerName localhost\nPidFile %[1]s/pid\nErrorLog /dev/stderr\nListen 127.0.0.1:%[2]s\n%[3]s%[4]s",
		dir, port, modules, s.snippet(t, "apache", "apache.config", shownDir, s.dir+"/", "*:443", "127.0.0.1:"+port))
	path := writeFile(t, "apache.conf", config)
	must(t, daemon(t, "apache2"), "-f", path, "-t")
	until(t, exec.CommandContext(t.Context(), daemon(t, "apache2"), "-f", path, "-X"), "127.0.0.1:"+port)
	s.contented(t, "Apache", "127.0.0.1:"+port)
	s.browsed(t, port)
}

func haproxyServes(t *testing.T, s served) {
	t.Helper()
	port := freePort(t)
	config := "global\n    maxconn 20\ndefaults\n    mode http\n    timeout connect 5s\n    timeout client 60s\n    timeout server 60s\nbackend web\n" +
		s.snippet(t, "haproxy", "haproxy.config", shownDir, s.dir+"/", "bind :443", "bind 127.0.0.1:"+port)
	path := writeFile(t, "haproxy.cfg", config)
	must(t, daemon(t, "haproxy"), "-c", "-f", path)
	until(t, exec.CommandContext(t.Context(), daemon(t, "haproxy"), "-db", "-q", "-f", path), "127.0.0.1:"+port)
	s.contented(t, "HAProxy", "127.0.0.1:"+port)
	s.browsed(t, port)
}

func tomcatServes(t *testing.T, s served) {
	t.Helper()
	port := freePort(t)
	conf := filepath.Join(t.TempDir(), "conf")
	if err := os.Mkdir(conf, 0o700); err != nil {
		t.Fatal(err)
	}
	base := filepath.Dir(conf)
	if err := os.Rename(filepath.Join(s.dir, s.names.Sealed), filepath.Join(conf, s.names.Sealed)); err != nil {
		t.Fatal(err)
	}
	connector := s.snippet(t, "tomcat", "tomcat.config", "PASSWORD", asciiPassword, `port="8443"`, `port="`+port+`" address="127.0.0.1"`)
	config := `<Server port="-1"><Service name="Catalina">` + connector +
		`<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="none"/></Engine></Service></Server>`
	if err := os.WriteFile(filepath.Join(conf, "server.xml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "java", "-XX:TieredStopAtLevel=1", "-cp", tomcatJars(t), "-Dcatalina.home="+base,
		"-Dcatalina.base="+base, "-Djava.io.tmpdir="+base, "org.apache.catalina.startup.Bootstrap", "start")
	cmd.Dir = base
	until(t, cmd, "127.0.0.1:"+port)
	s.contented(t, "Tomcat", "127.0.0.1:"+port)
	s.browsed(t, port)
}

// tomcatJars are Tomcat's classes, as Debian's libtomcat10-java has them.
func tomcatJars(t *testing.T) string {
	t.Helper()
	for _, pattern := range []string{"/usr/share/java/tomcat10-*.jar", "/usr/share/java/tomcat9-*.jar"} {
		if jars, _ := filepath.Glob(pattern); len(jars) > 0 {
			return strings.Join(jars, ":")
		}
	}
	t.Fatal("Tomcat is missing: .ci/setup test installs it")
	return ""
}
