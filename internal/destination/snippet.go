package destination

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// serverDir is where the snippets have the files. It is the customer's to change, and the texts say so.
const serverDir = "/etc/ssl/certdesk/"

// quoted puts a text between double quotes as shells and the configurations of nginx, Apache and HAProxy read
// them: what has a meaning there is escaped.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`").Replace(s) + `"`
}

// copyToServer is the command that brings the files over, to a folder that is for root alone.
func copyToServer(n Names) string {
	var files []string
	for _, f := range []string{n.Chain, n.Key, n.One} {
		if f != "" {
			files = append(files, quoted(f))
		}
	}
	return "scp " + strings.Join(files, " ") + " root@" + hostOf(n.Website) + ":" + serverDir
}

// hostOf is a website's name that can be connected to: a wildcard is none.
func hostOf(website string) string { return strings.TrimPrefix(website, "*.") }

func nginx(n Names) string {
	return fmt.Sprintf(`server {
    listen 443 ssl;
    listen [::]:443 ssl;
    server_name %s;

    ssl_certificate     %s;
    ssl_certificate_key %s;
    ssl_protocols       TLSv1.2 TLSv1.3;
}
`, strings.Join(append([]string{n.Website}, n.Also...), " "), quoted(serverDir+n.Chain), quoted(serverDir+n.Key))
}

// apache has one name that is no wildcard, and the others beside it (Apache 2.4, "ServerName", "ServerAlias").
func apache(n Names) string {
	name := hostOf(n.Website)
	also := slices.DeleteFunc(append([]string{n.Website}, n.Also...), func(other string) bool { return other == name })
	name = "ServerName " + name
	if len(also) > 0 {
		name += "\n    ServerAlias " + strings.Join(also, " ")
	}
	return fmt.Sprintf(`<VirtualHost *:443>
    %s
    SSLEngine on
    SSLCertificateFile    %s
    SSLCertificateKeyFile %s
    SSLProtocol           -all +TLSv1.2 +TLSv1.3
</VirtualHost>
`, name, quoted(serverDir+n.Chain), quoted(serverDir+n.Key))
}

func haproxy(n Names) string {
	return fmt.Sprintf(`frontend https
    bind :443 ssl crt %s ssl-min-ver TLSv1.2 alpn h2,http/1.1
    default_backend web
`, quoted(serverDir+n.One))
}

// postfix names the key first: Postfix takes a chain for that of the key before it (postconf(5),
// smtpd_tls_chain_files). It knows no quotes there, and the names of these files hold no spaces.
func postfix(n Names) string {
	return fmt.Sprintf(`smtpd_tls_chain_files =
    %s,
    %s
smtpd_tls_security_level = may
`, serverDir+n.Key, serverDir+n.Chain)
}

func tomcat(n Names) string {
	return fmt.Sprintf(`<Connector port="8443" SSLEnabled="true"
           protocol="org.apache.coyote.http11.Http11NioProtocol">
  <SSLHostConfig protocols="TLSv1.2+TLSv1.3">
    <Certificate
        certificateKeystoreFile="conf/%s"
        certificateKeystoreType="PKCS12"
        certificateKeystorePassword="PASSWORD"
        certificateKeyAlias="%s"/>
  </SSLHostConfig>
</Connector>
`, inXML(n.Sealed), inXML(n.Alias))
}

func inXML(s string) string {
	var b strings.Builder
	if xml.EscapeText(&b, []byte(s)) != nil { // a Builder takes everything
		return ""
	}
	return b.String()
}
