// The values that are known today of the open strings in answers (x-known-values in the contract). A service
// may send others. A test compares this file with the contract, name by name.

package wire

// Known values of [LicenceState].
const (
	LicenceStateValid     LicenceState = "valid"
	LicenceStateReserved  LicenceState = "reserved"
	LicenceStateConsumed  LicenceState = "consumed"
	LicenceStatePending   LicenceState = "pending"
	LicenceStateDelegated LicenceState = "delegated"
	LicenceStateExpired   LicenceState = "expired"
	LicenceStateCancelled LicenceState = "cancelled"
)

// Known values of [ProductType].
const (
	ProductTypeTLS         ProductType = "tls"
	ProductTypeSMIME       ProductType = "smime"
	ProductTypeCodeSigning ProductType = "code_signing"
	ProductTypeSiteService ProductType = "site_service"
)

// Known values of [Validation].
const (
	ValidationDomain       Validation = "domain"
	ValidationOrganization Validation = "organization"
	ValidationExtended     Validation = "extended"
	ValidationMailbox      Validation = "mailbox"
	ValidationIndividual   Validation = "individual"
	ValidationSponsor      Validation = "sponsor"
)

// Known values of [NameKind].
const (
	NameKindDNS   NameKind = "dns"
	NameKindEmail NameKind = "email"
	NameKindIP    NameKind = "ip"
)

// Known values of [Wildcard].
const (
	WildcardNo   Wildcard = "no"
	WildcardYes  Wildcard = "yes"
	WildcardOnly Wildcard = "only"
)

// Known values of [WWWRule].
const (
	WWWRuleNone     WWWRule = "none"
	WWWRuleFreePair WWWRule = "free_pair"
)

// Known values of [Need].
const (
	NeedYes          Need = "yes"
	NeedNo           Need = "no"
	NeedOrganization Need = "organization"
)

// Known values of [SubjectFieldName].
const (
	SubjectFieldNameGivenName SubjectFieldName = "given_name"
	SubjectFieldNameSurname   SubjectFieldName = "surname"
	SubjectFieldNamePseudonym SubjectFieldName = "pseudonym"
	SubjectFieldNameTitle     SubjectFieldName = "title"
)

// Known values of [ContactRole].
const (
	ContactRoleAdministrative ContactRole = "administrative"
	ContactRoleTechnical      ContactRole = "technical"
	ContactRoleOrganization   ContactRole = "organization"
)

// Known values of [KeyAlgorithm].
const (
	KeyAlgorithmRSA   KeyAlgorithm = "rsa"
	KeyAlgorithmECDSA KeyAlgorithm = "ecdsa"
)

// Known values of [KeyStorage].
const (
	KeyStorageSoftware KeyStorage = "software"
	KeyStorageHardware KeyStorage = "hardware"
)

// Known values of [ProofMethod].
const (
	ProofMethodDNSTXT   ProofMethod = "dns_txt"
	ProofMethodDNSCNAME ProofMethod = "dns_cname"
	ProofMethodHTTPFile ProofMethod = "http_file"
	ProofMethodEmail    ProofMethod = "email"
)

// Known values of [SendBy].
const (
	SendByUpload SendBy = "upload"
	SendByPost   SendBy = "post"
	SendByEmail  SendBy = "email"
)

// Known values of [RegistrationScheme].
const (
	RegistrationSchemeNTR RegistrationScheme = "NTR"
	RegistrationSchemeVAT RegistrationScheme = "VAT"
	RegistrationSchemeLEI RegistrationScheme = "LEI"
	RegistrationSchemeGOV RegistrationScheme = "GOV"
	RegistrationSchemeINT RegistrationScheme = "INT"
)

// Known values of [BusinessCategory].
const (
	BusinessCategoryPrivateOrganization BusinessCategory = "private_organization"
	BusinessCategoryGovernmentEntity    BusinessCategory = "government_entity"
	BusinessCategoryBusinessEntity      BusinessCategory = "business_entity"
	BusinessCategoryNonCommercialEntity BusinessCategory = "non_commercial_entity"
)

// Known values of [OrderState].
const (
	OrderStateReceived         OrderState = "received"
	OrderStateWaitingCustomer  OrderState = "waiting_customer"
	OrderStateWaitingAuthority OrderState = "waiting_authority"
	OrderStateIssued           OrderState = "issued"
	OrderStateReissuing        OrderState = "reissuing"
	OrderStateRevoking         OrderState = "revoking"
	OrderStateRevoked          OrderState = "revoked"
	OrderStateRejected         OrderState = "rejected"
	OrderStateCancelled        OrderState = "cancelled"
	OrderStateLapsed           OrderState = "lapsed"
	OrderStateFailed           OrderState = "failed"
)

// Known values of [EditableField].
const (
	EditableFieldContacts      EditableField = "contacts"
	EditableFieldOrganization  EditableField = "organization"
	EditableFieldApproverEmail EditableField = "approver_email"
	EditableFieldComment       EditableField = "comment"
)

// Known values of [EditableWhen].
const (
	EditableWhenNow     EditableWhen = "now"
	EditableWhenRenewal EditableWhen = "renewal"
)

// Known values of [TaskKind].
const (
	TaskKindProveName         TaskKind = "prove_name"
	TaskKindConfirmMailbox    TaskKind = "confirm_mailbox"
	TaskKindDocument          TaskKind = "document"
	TaskKindPhoneCall         TaskKind = "phone_call"
	TaskKindOrganizationCheck TaskKind = "organization_check"
	TaskKindApproval          TaskKind = "approval"
	TaskKindPayment           TaskKind = "payment"
	TaskKindQualityReview     TaskKind = "quality_review"
	TaskKindAgreement         TaskKind = "agreement"
	TaskKindWebHandoff        TaskKind = "web_handoff"
)

// Known values of [TaskAccepts].
const (
	TaskAcceptsExact  TaskAccepts = "exact"
	TaskAcceptsParent TaskAccepts = "parent"
)

// Known values of [TaskState].
const (
	TaskStateOpen      TaskState = "open"
	TaskStateSubmitted TaskState = "submitted"
	TaskStateDone      TaskState = "done"
	TaskStateFailed    TaskState = "failed"
	TaskStateExpired   TaskState = "expired"
)

// Known values of [InstructionType].
const (
	InstructionTypeDNS      InstructionType = "dns"
	InstructionTypeHTTPFile InstructionType = "http_file"
	InstructionTypeEmail    InstructionType = "email"
	InstructionTypeForm     InstructionType = "form"
	InstructionTypePhone    InstructionType = "phone"
	InstructionTypeLink     InstructionType = "link"
)

// Known values of [RecordType].
const (
	RecordTypeTXT   RecordType = "TXT"
	RecordTypeCNAME RecordType = "CNAME"
)

// Known values of [TaskResultCode].
const (
	TaskResultCodeDone         TaskResultCode = "done"
	TaskResultCodeNotFound     TaskResultCode = "not_found"
	TaskResultCodeWrongValue   TaskResultCode = "wrong_value"
	TaskResultCodeNoAnswer     TaskResultCode = "no_answer"
	TaskResultCodeDiffers      TaskResultCode = "differs"
	TaskResultCodeCAAForbids   TaskResultCode = "caa_forbids"
	TaskResultCodeNotConfirmed TaskResultCode = "not_confirmed"
)

// Known values of [TimelineEvent].
const (
	TimelineEventReceived            TimelineEvent = "received"
	TimelineEventMailboxConfirmed    TimelineEvent = "mailbox_confirmed"
	TimelineEventNameProved          TimelineEvent = "name_proved"
	TimelineEventDocumentReceived    TimelineEvent = "document_received"
	TimelineEventCallMade            TimelineEvent = "call_made"
	TimelineEventOrganizationChecked TimelineEvent = "organization_checked"
	TimelineEventApproved            TimelineEvent = "approved"
	TimelineEventPaid                TimelineEvent = "paid"
	TimelineEventChanged             TimelineEvent = "changed"
	TimelineEventIssued              TimelineEvent = "issued"
	TimelineEventReissued            TimelineEvent = "reissued"
	TimelineEventRevoked             TimelineEvent = "revoked"
	TimelineEventRejected            TimelineEvent = "rejected"
	TimelineEventCancelled           TimelineEvent = "cancelled"
	TimelineEventLapsed              TimelineEvent = "lapsed"
	TimelineEventFailed              TimelineEvent = "failed"
)

// Known values of [Party].
const (
	PartyCustomer  Party = "customer"
	PartyAuthority Party = "authority"
	PartySeller    Party = "seller"
)

// Known values of [CertificateState].
const (
	CertificateStateCurrent  CertificateState = "current"
	CertificateStateNext     CertificateState = "next"
	CertificateStatePrevious CertificateState = "previous"
)

// Known values of [RevocationState].
const (
	RevocationStatePending RevocationState = "pending"
	RevocationStateRevoked RevocationState = "revoked"
)

// Known values of [RevocationReason].
const (
	RevocationReasonUnspecified          RevocationReason = "unspecified"
	RevocationReasonKeyCompromise        RevocationReason = "keyCompromise"
	RevocationReasonAffiliationChanged   RevocationReason = "affiliationChanged"
	RevocationReasonSuperseded           RevocationReason = "superseded"
	RevocationReasonCessationOfOperation RevocationReason = "cessationOfOperation"
)

// Known values of [FormBlockKind].
const (
	FormBlockKindHeading   FormBlockKind = "heading"
	FormBlockKindText      FormBlockKind = "text"
	FormBlockKindField     FormBlockKind = "field"
	FormBlockKindSignature FormBlockKind = "signature"
)

// Known values of [FieldProblemCode].
const (
	FieldProblemCodeRequired   FieldProblemCode = "required"
	FieldProblemCodeMalformed  FieldProblemCode = "malformed"
	FieldProblemCodeTooLong    FieldProblemCode = "too_long"
	FieldProblemCodeTooMany    FieldProblemCode = "too_many"
	FieldProblemCodeTooFew     FieldProblemCode = "too_few"
	FieldProblemCodeNotAllowed FieldProblemCode = "not_allowed"
	FieldProblemCodeMismatch   FieldProblemCode = "mismatch"
)

// Known values of [ProblemType].
const (
	ProblemTypeCodeUnknown          ProblemType = "tag:certdesk.io,2026:problem/code-unknown"
	ProblemTypeCodeUsed             ProblemType = "tag:certdesk.io,2026:problem/code-used"
	ProblemTypeCodeExpired          ProblemType = "tag:certdesk.io,2026:problem/code-expired"
	ProblemTypeLicenceState         ProblemType = "tag:certdesk.io,2026:problem/licence-state"
	ProblemTypeCSRUnreadable        ProblemType = "tag:certdesk.io,2026:problem/csr-unreadable"
	ProblemTypeKeyWeak              ProblemType = "tag:certdesk.io,2026:problem/key-weak"
	ProblemTypeKeyForbidden         ProblemType = "tag:certdesk.io,2026:problem/key-forbidden"
	ProblemTypeNamesNotAllowed      ProblemType = "tag:certdesk.io,2026:problem/names-not-allowed"
	ProblemTypeFieldInvalid         ProblemType = "tag:certdesk.io,2026:problem/field-invalid"
	ProblemTypeApproverNotAllowed   ProblemType = "tag:certdesk.io,2026:problem/approver-not-allowed"
	ProblemTypeProofMissing         ProblemType = "tag:certdesk.io,2026:problem/proof-missing"
	ProblemTypeProofFailed          ProblemType = "tag:certdesk.io,2026:problem/proof-failed"
	ProblemTypeDocumentsOutstanding ProblemType = "tag:certdesk.io,2026:problem/documents-outstanding"
	ProblemTypeApprovalOutstanding  ProblemType = "tag:certdesk.io,2026:problem/approval-outstanding"
	ProblemTypePaymentOutstanding   ProblemType = "tag:certdesk.io,2026:problem/payment-outstanding"
	ProblemTypeOrderState           ProblemType = "tag:certdesk.io,2026:problem/order-state"
	ProblemTypeTaskState            ProblemType = "tag:certdesk.io,2026:problem/task-state"
	ProblemTypeReissueLimit         ProblemType = "tag:certdesk.io,2026:problem/reissue-limit"
	ProblemTypeRequestInProgress    ProblemType = "tag:certdesk.io,2026:problem/request-in-progress"
	ProblemTypeIdempotencyMismatch  ProblemType = "tag:certdesk.io,2026:problem/idempotency-mismatch"
	ProblemTypeChangedElsewhere     ProblemType = "tag:certdesk.io,2026:problem/changed-elsewhere"
	ProblemTypeTooLarge             ProblemType = "tag:certdesk.io,2026:problem/too-large"
	ProblemTypeTypeUnsupported      ProblemType = "tag:certdesk.io,2026:problem/type-unsupported"
	ProblemTypeVersionUnsupported   ProblemType = "tag:certdesk.io,2026:problem/version-unsupported"
	ProblemTypeRateLimited          ProblemType = "tag:certdesk.io,2026:problem/rate-limited"
	ProblemTypeNotFound             ProblemType = "tag:certdesk.io,2026:problem/not-found"
	ProblemTypeUnauthorized         ProblemType = "tag:certdesk.io,2026:problem/unauthorized"
	ProblemTypeUnavailable          ProblemType = "tag:certdesk.io,2026:problem/unavailable"
)
