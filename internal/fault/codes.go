package fault

// Code names a kind of failure. Every code has three texts in every language; a test counts them.
type Code string

// Action is the one thing that a failure screen offers as its button. The catalogue has its label as
// "action.NAME".
type Action string

// What a failure screen can offer.
const (
	NoAction      Action = ""
	Retry         Action = "retry"          // do the same again
	GoBack        Action = "go_back"        // to the step where the input is
	ContactSeller Action = "contact_seller" // show how the seller is reached
	OpenOrder     Action = "open_order"     // the order is on this computer
	ChooseFolder  Action = "choose_folder"  // another place for the file
	ChoosePlace   Action = "choose_place"   // where secrets are kept, on a computer without a keyring; then the same again
	Restart       Action = "restart"        // close the app; it goes on at the next start
)

// Actions is every action that has a button, for the test that counts words.
var Actions = []Action{Retry, GoBack, ContactSeller, OpenOrder, ChooseFolder, ChoosePlace, Restart}

// The list of codes, by room.
const (
	Unexpected Code = "unexpected"

	// What was typed or pasted at step 1.
	LinkEmpty       Code = "link-empty"
	LinkUnreadable  Code = "link-unreadable"
	LinkInsecure    Code = "link-insecure"     // http, and not the literal loopback
	LinkScheme      Code = "link-scheme"       // ftp:, javascript:, …
	LinkUserinfo    Code = "link-userinfo"     // https://shop.example@evil.example/
	LinkNoCode      Code = "link-no-code"      // an address with no code in it
	LinkTooLong     Code = "link-too-long"     // over 2,048 bytes
	LinkWrapped     Code = "link-wrapped"      // an unknown mail scanner; arg host
	LinkHostBad     Code = "link-host-bad"     // the host is no host name
	LinkNotForApp   Code = "link-not-for-app"  // certdesk: with something else in it
	TextNoLink      Code = "text-no-link"      // e-mail text without any link or code
	TextManyLinks   Code = "text-many-links"   // e-mail text with several candidates; arg n
	TextPrivateKey  Code = "text-private-key"  // a private key was pasted
	CodeMalformed   Code = "code-malformed"    // looks like no code of this seller
	CodeForgotten   Code = "code-forgotten"    // no keyring kept the code, and it was typed in an earlier run
	CodeInArguments Code = "code-in-arguments" // a bare code on the command line
	SellerUnknown   Code = "seller-unknown"    // a bare code without a seller
	TextTooLong     Code = "text-too-long"

	// The network and the service.
	Offline            Code = "offline"             // no network at all
	ServiceUnreachable Code = "service-unreachable" // refused, reset, no such host; arg host
	ServiceSlow        Code = "service-slow"        // time-out; arg host
	ServiceCut         Code = "service-cut"         // the answer broke off; arg host
	ServiceTLS         Code = "service-tls"         // wrong certificate; arg host
	ServiceDown        Code = "service-down"        // 5xx; arg host
	ServiceBusy        Code = "service-busy"        // 429; args host, wait
	ServiceHTML        Code = "service-html"        // an answer that is no JSON; arg host
	ServiceOversize    Code = "service-oversize"    // over 1 MiB; arg host
	ServiceBroken      Code = "service-broken"      // JSON that does not follow the protocol; arg host
	ServiceRedirect    Code = "service-redirect"    // a redirect where none is allowed; arg host
	ServiceNewer       Code = "service-newer"       // a newer api_version
	ServiceWebOnly     Code = "service-web-only"    // no service there: only a web page; arg host
	ServiceElsewhere   Code = "service-elsewhere"   // discovery points to a foreign host; arg host

	// What a service says by problem type.
	CodeUnknown         Code = "code-unknown"
	CodeUsed            Code = "code-used"
	CodeExpired         Code = "code-expired"
	LicenceState        Code = "licence-state"
	RequestUnreadable   Code = "csr-unreadable"
	KeyWeak             Code = "key-weak"
	KeyForbidden        Code = "key-forbidden"
	NamesNotAllowed     Code = "names-not-allowed"
	FieldInvalid        Code = "field-invalid"
	OrderState          Code = "order-state"
	TaskState           Code = "task-state"
	ProofFailed         Code = "proof-failed"
	PaymentOutstanding  Code = "payment-outstanding"
	IdempotencyMismatch Code = "idempotency-mismatch"
	ChangedElsewhere    Code = "changed-elsewhere"
	TooLarge            Code = "too-large"
	NotFound            Code = "not-found"
	Unauthorized        Code = "unauthorized"
	Refused             Code = "refused" // any other final problem

	// The vault.
	KeyringAbsent  Code = "keyring-absent"
	KeyringLocked  Code = "keyring-locked"
	KeyringBlocked Code = "keyring-blocked" // no answer in time
	KeyringFull    Code = "keyring-full"
	KeyringLies    Code = "keyring-lies" // what came back is not what went in
	KeyringDenied  Code = "keyring-denied"
	KeyGone        Code = "key-gone"
	KeyUnusable    Code = "key-unusable" // the record can't be read or does not fit
	SecretGone     Code = "secret-gone"  // the keyring no longer has an order's code or token

	// The store and files.
	StoreDamaged   Code = "store-damaged"
	StoreNewer     Code = "store-newer"
	StoreLocked    Code = "store-locked"
	StoreNetwork   Code = "store-network-share"
	DiskFull       Code = "disk-full"
	FolderReadOnly Code = "folder-read-only"
	FolderGone     Code = "folder-gone"
	FileExists     Code = "file-exists" // arg name
	FileWrite      Code = "file-write"
	AnotherRunning Code = "another-running"

	// What comes back.
	CertificateUnreadable Code = "certificate-unreadable"
	CertificateForeignKey Code = "certificate-foreign-key"
	NotYet                Code = "not-yet"

	// The export.
	ExportUnproven   Code = "export-unproven" // what was written does not open again
	PasswordNotASCII Code = "password-not-ascii"
	PasswordShort    Code = "password-short" // arg n

	// Documents for the certificate authority.
	DocumentEmpty Code = "document-empty"
	DocumentType  Code = "document-type" // neither PDF nor JPEG nor PNG by its content
	FormUnusable  Code = "form-unusable" // a form of the service that can't be put on paper
	CallTimes     Code = "call-times"    // a proposal for a call that is in the past, or none; see the field

	// A file that was chosen or dropped; arg name.
	FileGone       Code = "file-gone"
	FileIsFolder   Code = "file-is-folder"
	FileDenied     Code = "file-denied"
	FileTooLarge   Code = "file-too-large" // arg size: how large it may be
	FileEmpty      Code = "file-empty"
	FileNotRegular Code = "file-not-regular" // a device, a pipe
	FileUnreadable Code = "file-unreadable"

	// A file at step 1 that is none of the e-mails it could be, or holds no link; arg name.
	FilePrivateKey  Code = "file-private-key"
	FileKeyBundle   Code = "file-key-bundle"  // PKCS#12, a keystore
	FileRequest     Code = "file-request"     // PKCS#10, at step 1
	FileCertificate Code = "file-certificate" // at step 1
	FileOutlook     Code = "file-outlook"     // *.msg, winmail.dat
	FilePDF         Code = "file-pdf"
	FileCalendar    Code = "file-calendar"
	FileArchive     Code = "file-archive" // ZIP and the like
	FileOffice      Code = "file-office"
	FilePicture     Code = "file-picture"
	FileProgram     Code = "file-program"
	FileSealed      Code = "file-sealed" // smime.p7m
	FileUnknown     Code = "file-unknown"
	FileNoLink      Code = "file-no-link"
	MailEncrypted   Code = "mail-encrypted"
	MailSealed      Code = "mail-sealed"    // signed, in the form that hides the text
	TextFileName    Code = "text-file-name" // the name of a file was typed or pasted
	FilesMany       Code = "files-many"     // arg n: how many at once

	// A request of the customer's own, and a key that is brought for a certificate.
	RequestEmpty       Code = "csr-empty"
	RequestCut         Code = "csr-cut"         // no END line
	RequestDashes      Code = "csr-dashes"      // an END line without all of its dashes
	RequestCertificate Code = "csr-certificate" // a certificate instead
	RequestPrivateKey  Code = "csr-private-key" // a private key among it
	RequestSignature   Code = "csr-signature"   // its signature does not verify
	KeyFileUnreadable  Code = "key-file-unreadable"
	KeyFileKind        Code = "key-file-kind"     // a key in a format, or encrypted in a way, that can't be read here
	KeyFilePassword    Code = "key-file-password" // the password is wrong
	KeyFileForeign     Code = "key-file-foreign"  // the key of another certificate
	KeyNotHere         Code = "key-not-here"      // a file with the key is asked for, and the key is elsewhere

	// An account with an ACME directory (RFC 8555). The first ones stand at the fields of step 1.
	DirectoryMissing    Code = "directory-missing"
	AccountKeyID        Code = "account-key-id"         // the key id has characters that none has
	AccountKeyIDMissing Code = "account-key-id-missing" // an HMAC key without its key id
	AccountKeyCut       Code = "account-key-cut"        // too short for an HMAC key
	AccountKeyNotBase64 Code = "account-key-not-base64"
	NotADirectory       Code = "not-a-directory"  // arg host
	BindingMissing      Code = "binding-missing"  // the directory wants a key id and an HMAC key; arg host
	BindingWrong        Code = "binding-wrong"    // it does not know them, or no longer; arg host
	AccountClosed       Code = "account-closed"   // arg host
	TermsChanged        Code = "terms-changed"    // arg host
	RateLimited         Code = "rate-limited"     // args host, wait
	NameRejected        Code = "name-rejected"    // args host, names
	CAAForbids          Code = "caa-forbids"      // args host, names
	ContactRefused      Code = "contact-refused"  // arg host
	ProfileRefused      Code = "profile-refused"  // arg host
	AlreadyReplaced     Code = "already-replaced" // arg host
	AccountInUse        Code = "account-in-use"   // orders of it are under way; arg n

	// What a customer brings back from a page in the browser.
	CertificateEmpty    Code = "certificate-empty"
	CertificateNone     Code = "certificate-none"     // text or a file without any
	CertificateCut      Code = "certificate-cut"      // a part is missing; args have, want (octets)
	CertificateHeadless Code = "certificate-headless" // its beginning is missing
	CertificateRequest  Code = "certificate-request"  // the request instead
	CertificatesMany    Code = "certificates-many"    // arg n: how many are read
	CertificateChain    Code = "certificate-chain"    // those of authorities alone
	CertificateNotOurs  Code = "certificate-not-ours" // of no key of ours; arg name
	CertificateEarly    Code = "certificate-early"    // of an order that is not sent
	ArchiveLarge        Code = "archive-large"
	ArchiveSealed       Code = "archive-sealed" // a ZIP with a password
	KeyNoOrder          Code = "key-no-order"   // a private key that no order here can be told to want
	KeyBeforeCert       Code = "key-before-certificate"
	IssuerUnreachable   Code = "issuer-unreachable" // arg host
	IssuerOther         Code = "issuer-other"       // what is at the address did not sign; arg host

	// A resolver's address that was typed.
	ResolverEmpty    Code = "resolver-empty"
	ResolverAddress  Code = "resolver-address" // neither an IP address nor an https address
	ResolverPort     Code = "resolver-port"
	ResolverInsecure Code = "resolver-insecure" // an address over something else than https

	// A backup.
	BackupForeign    Code = "backup-foreign"    // no age file, or none of ours
	BackupPassphrase Code = "backup-passphrase" // wrong, or the file was changed
	BackupDamaged    Code = "backup-damaged"    // cut short or changed
	BackupNewer      Code = "backup-newer"
	BackupDemo       Code = "backup-demo" // of the demo, opened among real orders
	BackupReal       Code = "backup-real" // of real orders, opened in the demo
	KeyInUse         Code = "key-in-use"  // its order is open: it can't be deleted

	// A certificate that is put into a program of this computer; arg program.
	InstallRunning  Code = "install-running"   // the program has its store open
	InstallPassword Code = "install-password"  // the store has a password, and this is not it
	InstallTools    Code = "install-tools"     // certutil and pk12util are not here
	InstallStore    Code = "install-store"     // it can't be opened or written
	InstallUnproven Code = "install-unproven"  // the store does not show what was done
	InstallMissing  Code = "install-missing"   // what reaches the system's store is not here
	InstallDenied   Code = "install-denied"    // the system, or somebody it asked, said no
	InstallLocked   Code = "install-locked"    // the keychain is locked
	InstallRefused  Code = "install-refused"   // the system does not take this key or file
	InstallKeyThere Code = "install-key-there" // it has such a key already

	// The way to the service; nothing was sent.
	ClockOrCertificate Code = "service-tls-time"  // its certificate is not valid by this clock; args host, now
	ProxySignIn        Code = "proxy-sign-in"     // 407; args host, proxy
	ProxyRefused       Code = "proxy-refused"     // args host, proxy
	ProxyUnreachable   Code = "proxy-unreachable" // args host, proxy
	// The passphrase file: secrets where there is no keyring.
	PassfileLocked     Code = "passfile-locked"     // its passphrase was not given in this run
	PassfilePassphrase Code = "passfile-passphrase" // wrong, or the file's beginning was changed
	PassfileDamaged    Code = "passfile-damaged"
	PassfileNewer      Code = "passfile-newer"
	PassfileGone       Code = "passfile-gone"
	PassfileUnreadable Code = "passfile-unreadable"

	FileBusy     Code = "file-busy"   // another program has it open: it can't be replaced; arg name
	DemoFailed   Code = "demo-failed" // the built-in issuer does not start
	OpenerFailed Code = "opener-failed"
	Cancelled    Code = "cancelled"
)

// All is every code, for the test that counts words.
var All = []Code{
	Unexpected,
	LinkEmpty, LinkUnreadable, LinkInsecure, LinkScheme, LinkUserinfo, LinkNoCode, LinkTooLong, LinkWrapped,
	LinkHostBad, LinkNotForApp, TextNoLink, TextManyLinks, TextPrivateKey, CodeMalformed, CodeForgotten, CodeInArguments,
	SellerUnknown, TextTooLong,
	Offline, ServiceUnreachable, ServiceSlow, ServiceCut, ServiceTLS, ServiceDown, ServiceBusy, ServiceHTML,
	ServiceOversize, ServiceBroken, ServiceRedirect, ServiceNewer, ServiceWebOnly, ServiceElsewhere,
	CodeUnknown, CodeUsed, CodeExpired, LicenceState, RequestUnreadable, KeyWeak, KeyForbidden,
	NamesNotAllowed, FieldInvalid, OrderState, TaskState, ProofFailed, PaymentOutstanding,
	IdempotencyMismatch, ChangedElsewhere, TooLarge, NotFound, Unauthorized, Refused,
	KeyringAbsent, KeyringLocked, KeyringBlocked, KeyringFull, KeyringLies, KeyringDenied, KeyGone, KeyUnusable, SecretGone,
	StoreDamaged, StoreNewer, StoreLocked, StoreNetwork, DiskFull, FolderReadOnly, FolderGone, FileExists,
	FileWrite, AnotherRunning,
	CertificateUnreadable, CertificateForeignKey, NotYet,
	ExportUnproven, PasswordNotASCII, PasswordShort,
	DocumentEmpty, DocumentType, FormUnusable, CallTimes,
	FileGone, FileIsFolder, FileDenied, FileTooLarge, FileEmpty, FileNotRegular, FileUnreadable,
	FilePrivateKey, FileKeyBundle, FileRequest, FileCertificate, FileOutlook, FilePDF, FileCalendar, FileArchive,
	FileOffice, FilePicture, FileProgram, FileSealed, FileUnknown, FileNoLink, MailEncrypted, MailSealed, FilesMany, TextFileName,

	RequestEmpty, RequestCut, RequestDashes, RequestCertificate, RequestPrivateKey, RequestSignature,
	KeyFileUnreadable, KeyFileKind, KeyFilePassword, KeyFileForeign, KeyNotHere,
	DirectoryMissing, AccountKeyID, AccountKeyIDMissing, AccountKeyCut, AccountKeyNotBase64, NotADirectory,
	BindingMissing, BindingWrong, AccountClosed, TermsChanged, RateLimited, NameRejected, CAAForbids, ContactRefused,
	ProfileRefused, AlreadyReplaced, AccountInUse,
	CertificateEmpty, CertificateNone, CertificateCut, CertificateHeadless, CertificateRequest, CertificatesMany,
	CertificateChain, CertificateNotOurs, CertificateEarly, ArchiveLarge, ArchiveSealed, KeyNoOrder, KeyBeforeCert,
	IssuerUnreachable, IssuerOther, ResolverEmpty, ResolverAddress, ResolverPort, ResolverInsecure,
	BackupForeign, BackupPassphrase, BackupDamaged, BackupNewer, BackupDemo, BackupReal, KeyInUse,
	InstallRunning, InstallPassword, InstallTools, InstallStore, InstallUnproven,
	InstallMissing, InstallDenied, InstallLocked, InstallRefused, InstallKeyThere,
	ClockOrCertificate, ProxySignIn, ProxyRefused, ProxyUnreachable,
	PassfileLocked, PassfilePassphrase, PassfileDamaged, PassfileNewer, PassfileGone, PassfileUnreadable,
	FileBusy, DemoFailed,
	OpenerFailed, Cancelled,
}

// action is what a code's screen offers unless the one who made the fault said otherwise.
func (c Code) action() Action {
	switch c {
	case Offline, ServiceUnreachable, ServiceSlow, ServiceCut, ServiceDown, ServiceBusy, ServiceTLS,
		ServiceOversize, ServiceHTML, ServiceBroken,
		KeyringLocked, KeyringBlocked, KeyringLies, KeyringDenied, KeyringAbsent,
		FileWrite, ExportUnproven, RateLimited, TermsChanged, CAAForbids, AlreadyReplaced, Unexpected, ChangedElsewhere, NotYet, Cancelled, IssuerUnreachable,
		PassfileLocked, PassfilePassphrase, PassfileDamaged, PassfileNewer, PassfileGone, PassfileUnreadable,
		ClockOrCertificate, ProxySignIn, ProxyRefused, ProxyUnreachable:
		return Retry
	case DiskFull, FolderReadOnly, FolderGone, FileBusy:
		return Retry
	case CodeUsed, CodeExpired, LicenceState, PaymentOutstanding, Refused, CertificateForeignKey,
		CertificateUnreadable, Unauthorized, NotFound, AccountClosed:
		return ContactSeller
	case NamesNotAllowed, FieldInvalid, CodeUnknown, RequestUnreadable, KeyWeak, KeyForbidden,
		DirectoryMissing, AccountKeyID, AccountKeyIDMissing, AccountKeyCut, AccountKeyNotBase64, NotADirectory,
		BindingMissing, BindingWrong, NameRejected, ProfileRefused, ContactRefused,
		RequestEmpty, RequestCut, RequestDashes, RequestCertificate, RequestPrivateKey, RequestSignature:
		return GoBack
	case StoreLocked, StoreNewer, StoreDamaged, StoreNetwork, AnotherRunning:
		return Restart
	default:
		return NoAction
	}
}
