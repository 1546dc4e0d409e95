package install

import (
	"crypto/sha1" // #nosec G505 -- how Windows finds a certificate; what is found is compared whole
	"errors"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"

	"certdesk/internal/secret"
)

var (
	crypt32     = windows.NewLazySystemDLL("crypt32.dll")
	getProperty = crypt32.NewProc("CertGetCertificateContextProperty")
	setProperty = crypt32.NewProc("CertSetCertificateContextProperty")
	addEncoded  = crypt32.NewProc("CertAddEncodedCertificateToStore")
	control     = crypt32.NewProc("CertControlStore")
)

const (
	encoding         = windows.X509_ASN_ENCODING | windows.PKCS_7_ASN_ENCODING
	propertyKeyAt    = 2      // CERT_KEY_PROV_INFO_PROP_ID
	propertyName     = 11     // CERT_FRIENDLY_NAME_PROP_ID
	userKeyset       = 0x1000 // CRYPT_USER_KEYSET
	commit           = 3      // CERT_STORE_CTRL_COMMIT
	notFound         = winCode(0x80092004)
	noKeyProperty    = winCode(0x8009200B)
	keyMismatch      = winCode(0x80090015) // NTE_BAD_PUBLIC_KEY
	keyAsksSomething = winCode(0x80090022) // NTE_SILENT_CONTEXT
)

// account is the stores of this account.
type account struct{}

func systemStore() userStore { return account{} }

// told is what Windows said. Go says EINVAL, which is none of Windows' own, where Windows said nothing.
func told(err error) error {
	var number windows.Errno
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EINVAL):
		return winCode(0)
	case errors.As(err, &number):
		return winCode(number)
	}
	return err
}

func is(err error, codes ...winCode) bool {
	var said winCode
	return errors.As(err, &said) && slices.Contains(codes, said)
}

// in does something with an open store.
func in(store string, do func(windows.Handle) error) (err error) {
	if store != personal && store != intermediate {
		return fmt.Errorf("install: no store %q", store)
	}
	name, err := windows.UTF16PtrFromString(store)
	if err != nil {
		return err
	}
	h, err := windows.CertOpenStore(windows.CERT_STORE_PROV_SYSTEM, 0, 0, windows.CERT_SYSTEM_STORE_CURRENT_USER, uintptr(unsafe.Pointer(name)))
	runtime.KeepAlive(name)
	if err != nil {
		return told(err)
	}
	defer func() { err = errors.Join(err, told(windows.CertCloseStore(h, 0))) }()
	if err := do(h); err != nil {
		return err
	}
	// Windows writes at once, Wine when it is told to or nobody holds the store any more. Whether it was written
	// is looked at afterwards.
	_, _, _ = control.Call(uintptr(h), 0, commit, 0)
	return nil
}

// each goes through the certificates of a store.
func each(h windows.Handle, do func(*windows.CertContext)) error {
	var c *windows.CertContext
	for {
		var err error
		c, err = windows.CertEnumCertificatesInStore(h, c) // frees the one before
		if c == nil {
			if err := told(err); err != nil && !is(err, notFound, 0, 18) { // ERROR_NO_MORE_FILES
				return err
			}
			return nil
		}
		do(c)
	}
}

// encoded is a copy of a certificate.
func encoded(c *windows.CertContext) []byte {
	return slices.Clone(unsafe.Slice(c.EncodedCert, c.Length))
}

func (account) all(store string) (out [][]byte, err error) {
	err = in(store, func(h windows.Handle) error {
		return each(h, func(c *windows.CertContext) { out = append(out, encoded(c)) })
	})
	return out, err
}

// lookup gives a certificate of a store, nil where it is not; it must be freed.
func lookup(h windows.Handle, der []byte) (*windows.CertContext, error) {
	sum := sha1.Sum(der) // #nosec G401 -- see the import
	hash := windows.CryptHashBlob{Size: uint32(len(sum)), Data: &sum[0]}
	var c *windows.CertContext
	for {
		var err error
		c, err = windows.CertFindCertificateInStore(h, encoding, 0, windows.CERT_FIND_SHA1_HASH, unsafe.Pointer(&hash), c)
		if c == nil {
			if err := told(err); err != nil && !is(err, notFound, 0) {
				return nil, err
			}
			return nil, nil
		}
		if slices.Equal(encoded(c), der) {
			return c, nil
		}
	}
}

func (account) key(der []byte) (at *Container, fits bool, err error) {
	err = in(personal, func(h windows.Handle) error {
		c, err := lookup(h, der)
		if err != nil || c == nil {
			return err
		}
		defer func() { _ = windows.CertFreeCertificateContext(c) }()
		if at, err = keyAt(c); err != nil || at == nil {
			return err
		}
		err = opens(c)
		fits = err == nil || is(err, keyAsksSomething) // a key that asks for a PIN is there
		if is(err, winNoKeyset, winKeysetUndefined, winKeyNotFound, noKeyProperty, keyMismatch) {
			at, err = nil, nil // what is said there leads nowhere
		}
		if fits {
			return nil
		}
		return err
	})
	return at, fits, err
}

// opens looks whether the key of a certificate is there and fits to it.
func opens(c *windows.CertContext) error {
	var key windows.Handle
	var kind uint32
	var free bool
	err := windows.CryptAcquireCertificatePrivateKey(c,
		windows.CRYPT_ACQUIRE_SILENT_FLAG|windows.CRYPT_ACQUIRE_COMPARE_KEY_FLAG|windows.CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG, nil, &key, &kind, &free)
	if err != nil || !free {
		return told(err)
	}
	if kind == windows.CERT_NCRYPT_KEY_SPEC {
		_, _, _ = ncryptFree.Call(uintptr(key))
		return nil
	}
	return told(windows.CryptReleaseContext(key, 0))
}

// keyInfo is CRYPT_KEY_PROV_INFO.
type keyInfo struct {
	name, provider *uint16
	kind, flags    uint32
	params         uint32
	param          uintptr
	spec           uint32
}

// keyAt is where the key of a certificate is said to be.
func keyAt(c *windows.CertContext) (*Container, error) {
	var size uint32
	ok, _, why := getProperty.Call(uintptr(unsafe.Pointer(c)), propertyKeyAt, 0, uintptr(unsafe.Pointer(&size)))
	if err := told(why); ok == 0 && !is(err, notFound, 0) {
		return nil, err
	}
	if ok == 0 || size < uint32(unsafe.Sizeof(keyInfo{})) {
		return nil, nil
	}
	words := make([]uint64, (size+7)/8) // aligned for what is in it
	ok, _, why = getProperty.Call(uintptr(unsafe.Pointer(c)), propertyKeyAt, uintptr(unsafe.Pointer(&words[0])), uintptr(unsafe.Pointer(&size)))
	if ok == 0 {
		return nil, told(why)
	}
	info := (*keyInfo)(unsafe.Pointer(&words[0]))
	return &Container{
		Name: windows.UTF16PtrToString(info.name), Provider: windows.UTF16PtrToString(info.provider), Type: info.kind, Flags: info.flags,
	}, nil
}

func (account) add(store string, der []byte) error {
	return in(store, func(h windows.Handle) error {
		ok, _, why := addEncoded.Call(uintptr(h), encoding, uintptr(unsafe.Pointer(&der[0])), uintptr(len(der)), windows.CERT_STORE_ADD_USE_EXISTING, 0)
		if ok == 0 {
			return told(why)
		}
		return nil
	})
}

func (account) remove(store string, der []byte) error {
	return in(store, func(h windows.Handle) error {
		c, err := lookup(h, der)
		if err != nil || c == nil {
			return err
		}
		return told(windows.CertDeleteCertificateFromStore(c)) // frees it
	})
}

// pkcs12 is what PFXImportCertStore has made of a file.
type pkcs12 struct {
	store windows.Handle
	made  []Container
}

// open asks for a key in CNG, which knows every kind; where that is refused as an unknown wish (Windows that is
// older than it, Wine), for one of the provider that the file names.
func (account) open(sealed []byte, password secret.Value, exportable bool) (openedFile, error) {
	text := password.Reveal()
	defer clear(text)
	units := append(utf16.Encode([]rune(string(text))), 0)
	defer clear(units)
	flags := uint32(userKeyset)
	if exportable {
		flags |= windows.CRYPT_EXPORTABLE
	}
	blob := windows.CryptDataBlob{Size: uint32(len(sealed)), Data: &sealed[0]}
	h, err := windows.PFXImportCertStore(&blob, &units[0], flags|windows.PKCS12_PREFER_CNG_KSP)
	if h == 0 && is(told(err), 0, winParameter, winBadFlags, winNotSupported) {
		h, err = windows.PFXImportCertStore(&blob, &units[0], flags)
	}
	if h == 0 {
		return nil, told(err)
	}
	file := &pkcs12{store: h}
	var failed error
	err = each(h, func(c *windows.CertContext) {
		at, err := keyAt(c)
		failed = errors.Join(failed, err)
		if at != nil {
			file.made = append(file.made, *at)
		}
	})
	if err = errors.Join(err, failed); err != nil {
		for _, k := range file.made {
			err = errors.Join(err, account{}.deleteKey(k))
		}
		file.close()
		return nil, err
	}
	return file, nil
}

func (p *pkcs12) keys() []Container { return p.made }

func (p *pkcs12) close() { _ = windows.CertCloseStore(p.store, 0) }

// place copies the certificate to MY with its properties: where its key is, and its name.
func (p *pkcs12) place(der []byte, name string) error {
	c, err := lookup(p.store, der)
	if err != nil {
		return err
	}
	if c == nil {
		return winCode(notFound)
	}
	defer func() { _ = windows.CertFreeCertificateContext(c) }()
	if name != "" {
		if err := setName(c, name); err != nil {
			return err
		}
	}
	return in(personal, func(h windows.Handle) error {
		return told(windows.CertAddCertificateContextToStore(h, c, windows.CERT_STORE_ADD_REPLACE_EXISTING, nil))
	})
}

func setName(c *windows.CertContext, name string) error {
	units, err := windows.UTF16FromString(name)
	if err != nil {
		return err
	}
	blob := windows.CryptDataBlob{Size: uint32(2 * len(units)), Data: (*byte)(unsafe.Pointer(&units[0]))}
	if ok, _, why := setProperty.Call(uintptr(unsafe.Pointer(c)), propertyName, 0, uintptr(unsafe.Pointer(&blob))); ok == 0 {
		return told(why)
	}
	return nil
}
