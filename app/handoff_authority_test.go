package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// authority is a certificate authority made by OpenSSL.
type authority struct {
	t   *testing.T
	dir string
	n   int
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	openssl(t, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", a.path("ca.key"), "-out", a.path("ca.pem"),
		"-subj", "/O=Test Authority/CN=Test CA", "-days", "30", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
	return a
}

func (a *authority) path(name string) string { return filepath.Join(a.dir, name) }

// sign gives the path of the certificate for a request.
func (a *authority) sign(request string) string {
	a.t.Helper()
	a.n++
	csr, out := a.path("request.csr"), a.path(strings.Repeat("c", a.n)+".pem")
	if err := os.WriteFile(csr, []byte(request), 0o600); err != nil {
		a.t.Fatal(err)
	}
	extra := a.path("extra.cnf")
	if err := os.WriteFile(extra, []byte("authorityInfoAccess=caIssuers;URI:http://aia.example/ca.cer\n"), 0o600); err != nil {
		a.t.Fatal(err)
	}
	openssl(a.t, "x509", "-req", "-in", csr, "-CA", a.path("ca.pem"), "-CAkey", a.path("ca.key"), "-days", "20", "-copy_extensions", "copy", "-extfile", extra, "-out", out)
	return out
}

// below makes an authority that this one has signed; its certificate says where this one's is, and signs further on.
func (a *authority) below() *authority {
	a.t.Helper()
	b := &authority{t: a.t, dir: a.t.TempDir()}
	openssl(a.t, "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", b.path("ca.key"), "-out", b.path("ca.csr"), "-subj", "/O=Test Authority/CN=Test CA 2")
	extra := b.path("ca.cnf")
	text := "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nauthorityInfoAccess=caIssuers;URI:http://above.example/ca.cer\n"
	if err := os.WriteFile(extra, []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
	openssl(a.t, "x509", "-req", "-in", b.path("ca.csr"), "-CA", a.path("ca.pem"), "-CAkey", a.path("ca.key"), "-days", "25", "-extfile", extra, "-out", b.path("ca.pem"))
	return b
}

// zipped puts files into an archive.
func (a *authority) zipped(name string, paths ...string) string {
	a.t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range paths {
		f, err := z.Create("certificates/" + filepath.Base(p))
		if err == nil {
			_, err = f.Write([]byte(read(a.t, p)))
		}
		if err != nil {
			a.t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		a.t.Fatal(err)
	}
	if err := os.WriteFile(a.path(name), out.Bytes(), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return a.path(name)
}
