package destination

import (
	"slices"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

const (
	p12     = ".p12"
	bareExt = ".cer"
)

// Every reader of the tests opens a compatible file with an RSA key.
var everyReader = []string{"openssl", "nss", "java17", "gpgsm"}

var (
	mail        = []order.ProductType{order.SMIME}
	site        = []order.ProductType{order.TLS}
	mailAndSite = []order.ProductType{order.SMIME, order.TLS}
)

// table is in the order of the screen.
var table = []Destination{
	{
		ID: Outlook, Products: mail,
		Files: []FileRule{{
			// Windows 10, 11 and Server 2019 open both profiles, older ones only this one. Without the
			// attribute, the key lands in a provider that can't sign with SHA-256.
			Profile: Compatible, Ext: p12, WindowsCSP: true, Label: file(Outlook),
			Reported: []string{"kaikramer/keystore-explorer#318", "acmesh-official/acme.sh#6805"},
		}},
		Label: label(Outlook),
	},
	{
		ID: Apple, Products: mail,
		Files: []FileRule{{
			// macOS and iOS call the password wrong when they meet AES or a SHA-256 MAC in many versions.
			Profile: Compatible, Ext: p12, Label: file(Apple),
			Reported: []string{
				"chris2511/xca#474", "chris2511/xca#536", "chris2511/xca#727", "pyca/cryptography#7293",
				"tauri-apps/tauri#15844",
			},
		}},
		Label: label(Apple),
	},
	{
		ID: Thunderbird, Products: mail,
		Files: []FileRule{{
			Profile: Strong, Ext: p12, Label: file(Thunderbird), Measured: []string{"nss"}, Served: []string{"thunderbird"},
		}},
		Label: label(Thunderbird),
	},
	{
		ID: Android, Products: mail,
		Files: []FileRule{{
			// Android 13 and older refuse AES.
			Profile: Compatible, Ext: p12, Label: file(Android),
			Reported: []string{"strongswan/strongswan-docs#5", "chris2511/xca#389"},
		}},
		Label: label(Android),
	},
	{
		ID: Windows, Products: site,
		Files: []FileRule{{
			// Windows Server 2016 and older refuse AES; the attribute is for the provider, as with Outlook.
			Profile: Compatible, Ext: p12, WindowsCSP: true, Label: file(Windows),
			Reported: []string{"kaikramer/keystore-explorer#318", "acmesh-official/acme.sh#6805"},
		}},
		Label: label(Windows),
	},
	{
		ID: WebServer, Products: site, Files: servedBy(pemFiles, "nginx", "apache"),
		Label: label(WebServer),
	},
	{
		// HAProxy has OpenSSL read it, too; the order within the file does not matter to it (configuration
		// manual 3.0, "crt").
		ID: HAProxy, Products: site, Files: []FileRule{{Kind: OnePEM, Ext: ".pem", Measured: []string{"openssl"}, Served: []string{"haproxy"}}},
		Label: label(HAProxy),
	},
	{
		ID: Postfix, Products: site, Files: servedBy(pemFiles, "postfix"),
		Label: label(Postfix),
	},
	{
		ID: Java, Products: site,
		// Java 8 before 8u301 and 11 before 11.0.12 refuse it (kaikramer/keystore-explorer#173, #302): "it says
		// the password is wrong" is for them.
		Files: []FileRule{{Profile: Strong, Ext: p12, Label: file(Java), Measured: []string{"java17"}, Served: []string{"tomcat"}}},
		Label: label(Java),
	},
	{
		ID: Another, Products: mailAndSite,
		Files: []FileRule{{
			Profile: Compatible, Ext: p12, WindowsCSP: true, Label: file(Another), Measured: everyReader,
		}},
		Label: label(Another), Next: next(Another),
	},
	{ID: Unknown, Products: mail, Files: bothProfiles, Label: label(Unknown), Next: next(Unknown)},
	{
		ID: Unknown, Products: site, Files: slices.Concat(bothProfiles, pemFiles),
		Label: label(Unknown), Next: i18n.M("destination.unknown.next.site"),
	},
	{
		ID: Certificate, // for every product: it is offered where there is no key, not by For
		Files: []FileRule{
			{Kind: FullChain, Ext: ".fullchain.pem", Measured: []string{"openssl", "java17"}},
			{Kind: P7B, Ext: ".p7b", Measured: []string{"openssl", "java17"}},
			{Kind: DER, Ext: bareExt, Measured: []string{"openssl", "java17"}},
		},
		Label: label(Certificate), Next: next(Certificate),
	},
}

// bothProfiles hold a file for every reader there is.
var bothProfiles = []FileRule{
	{
		Profile: Compatible, Ext: p12, WindowsCSP: true, Label: i18n.M("destination.file.compatible"),
		Measured: everyReader,
	},
	{
		Profile: Strong, Ext: p12, WindowsCSP: true, Label: i18n.M("destination.file.strong"),
		Measured: []string{"openssl", "nss", "java17"},
	},
}

// pemFiles are the two files that web servers read: nginx and Apache have OpenSSL read them, which is measured.
var pemFiles = []FileRule{
	{Kind: KeyPEM, Ext: ".key.pem", Measured: []string{"openssl"}},
	{Kind: FullChain, Ext: ".fullchain.pem", Measured: []string{"openssl"}},
}

// servedBy is files with the servers that worked with them.
func servedBy(files []FileRule, servers ...string) []FileRule {
	files = slices.Clone(files)
	for i := range files {
		files[i].Served = servers
	}
	return files
}

func label(id ID) i18n.Message { return i18n.M("destination." + string(id) + ".label") }
func next(id ID) i18n.Message  { return i18n.M("destination." + string(id) + ".next") }
func file(id ID) i18n.Message  { return i18n.M("destination.file." + string(id)) }
