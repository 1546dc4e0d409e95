package ledger

import "certdesk/internal/seller/activationapi/wire"

// Minutes of an authority's day, for what a product says of its usual duration.
const businessDay = 24 * 60

// Key rules. RSA 3072 opens everywhere and is recommended; the Baseline Requirements (6.1.5) allow RSA from
// 2048 bits, P-256 and P-384.
func keys() []wire.KeyRule {
	return []wire.KeyRule{
		{Algorithm: wire.KeyAlgorithmRSA, Sizes: []int{3072, 4096, 2048}},
		{Algorithm: wire.KeyAlgorithmECDSA, Sizes: []int{256, 384}},
	}
}

// The forms of the demo.
const (
	FormOrder     = "organization-order" // the order, signed for an organization
	FormExtended  = "extended-agreement" // the agreement of extended validation, on paper
	FormAuthority = "person-authority"   // that a person belongs to an organization
)

// Address is where paper goes. Nothing arrives there.
func Address() *wire.Address {
	return &wire.Address{
		Lines: []string{AuthorityName, "Validation", "Demostrasse 1"}, PostalCode: ptr("3000"), Locality: "Bern", Country: "CH",
	}
}

func mailProduct() wire.Product {
	return wire.Product{
		ID:                      "demo-mail-silver",
		Name:                    "E-Mail ID Silver (Demo)",
		Type:                    wire.ProductTypeSMIME,
		Validation:              ptr(wire.ValidationMailbox),
		Term:                    wire.TermLength{Months: ptr(12)},
		CertificateLifetimeDays: ptr(365),
		Names: wire.NameRules{
			Kinds: []wire.NameKind{wire.NameKindEmail}, Min: 1, Max: 1,
			Wildcard: ptr(wire.WildcardNo), WWW: ptr(wire.WWWRuleNone), IDN: ptr(true),
		},
		// Asked for as a shop asks; the certificate names the mailbox alone (S/MIME Baseline Requirements,
		// 7.1.4.2.3). 64 characters: the same, 7.1.4.2.2.
		SubjectFields: []wire.SubjectField{
			{Field: wire.SubjectFieldNameGivenName, Required: wire.NeedYes, Max: ptr(64)},
			{Field: wire.SubjectFieldNameSurname, Required: wire.NeedYes, Max: ptr(64)},
		},
		Keys:         keys(),
		KeyStorage:   ptr(wire.KeyStorageSoftware),
		ProofMethods: []wire.ProofMethod{wire.ProofMethodEmail},
		Expected:     wire.ExpectedTime{MinMinutes: 0, MaxMinutes: 3},
	}
}

func mailOrgProduct() wire.Product {
	p := mailProduct()
	p.ID, p.Name, p.Validation = "demo-mail-gold", "E-Mail ID Gold (Demo)", ptr(wire.ValidationSponsor)
	p.SubjectFields = append(p.SubjectFields, wire.SubjectField{Field: wire.SubjectFieldNameTitle, Required: wire.NeedNo, Max: ptr(64)})
	p.Contacts = []wire.ContactRole{wire.ContactRoleAdministrative}
	p.Documents = []wire.DocumentRule{{Form: FormAuthority, Send: wire.SendByPost, Address: Address()}}
	p.Expected = wire.ExpectedTime{MinMinutes: businessDay, MaxMinutes: 3 * businessDay, BusinessDays: ptr(true)}
	return p
}

func websiteProduct() wire.Product {
	return wire.Product{
		ID:                      "demo-website",
		Name:                    "Website Domain (Demo)",
		Type:                    wire.ProductTypeTLS,
		Validation:              ptr(wire.ValidationDomain),
		Term:                    wire.TermLength{Months: ptr(12)},
		CertificateLifetimeDays: ptr(199),
		CAAIdentities:           []string{CAAIdentity},
		Names: wire.NameRules{
			Kinds: []wire.NameKind{wire.NameKindDNS}, Min: 1, Max: 3,
			Wildcard: ptr(wire.WildcardNo), WWW: ptr(wire.WWWRuleFreePair), IDN: ptr(true),
		},
		Keys:       keys(),
		KeyStorage: ptr(wire.KeyStorageSoftware),
		ProofMethods: []wire.ProofMethod{
			wire.ProofMethodDNSTXT, wire.ProofMethodDNSCNAME, wire.ProofMethodHTTPFile, wire.ProofMethodEmail,
		},
		Expected: wire.ExpectedTime{MinMinutes: 0, MaxMinutes: 10},
	}
}

func wildcardProduct() wire.Product {
	p := websiteProduct()
	p.ID, p.Name = "demo-website-wildcard", "Website Wildcard (Demo)"
	p.Names.Max, p.Names.Wildcard, p.Names.WWW = 1, ptr(wire.WildcardOnly), ptr(wire.WWWRuleNone)
	p.ProofMethods = []wire.ProofMethod{wire.ProofMethodDNSTXT, wire.ProofMethodDNSCNAME}
	return p
}

func multiProduct() wire.Product {
	p := websiteProduct()
	p.ID, p.Name = "demo-website-multi", "Website Multi-Domain (Demo)"
	p.Names.Max, p.Names.Wildcard = 100, ptr(wire.WildcardYes)
	return p
}

func organizationProduct() wire.Product {
	p := websiteProduct()
	p.ID, p.Name, p.Validation = "demo-website-organization", "Website Organization (Demo)", ptr(wire.ValidationOrganization)
	p.Contacts = []wire.ContactRole{wire.ContactRoleAdministrative, wire.ContactRoleTechnical}
	p.Approver = ptr(true)
	p.Documents = []wire.DocumentRule{{Form: FormOrder, Send: wire.SendByUpload}}
	p.Expected = wire.ExpectedTime{MinMinutes: businessDay, MaxMinutes: 2 * businessDay, BusinessDays: ptr(true)}
	return p
}

func extendedProduct() wire.Product {
	p := organizationProduct()
	p.ID, p.Name, p.Validation = "demo-website-extended", "Website Extended (Demo)", ptr(wire.ValidationExtended)
	p.Documents = append(p.Documents, wire.DocumentRule{Form: FormExtended, Send: wire.SendByPost, Address: Address()})
	p.Expected = wire.ExpectedTime{MinMinutes: 5 * businessDay, MaxMinutes: 7 * businessDay, BusinessDays: ptr(true)}
	return p
}

// codeProduct: the private key must live on hardware and RSA keys have at least 3072 bits (Code Signing
// Baseline Requirements, 6.2.7.4 and 6.1.5.2); at most 460 days (6.3.2).
func codeProduct() wire.Product {
	return wire.Product{
		ID:                      "demo-code",
		Name:                    "Code Signing (Demo)",
		Type:                    wire.ProductTypeCodeSigning,
		Validation:              ptr(wire.ValidationOrganization),
		Term:                    wire.TermLength{Months: ptr(12)},
		CertificateLifetimeDays: ptr(365),
		Names:                   wire.NameRules{Kinds: []wire.NameKind{}, Min: 0, Max: 0},
		Contacts:                []wire.ContactRole{wire.ContactRoleAdministrative, wire.ContactRoleTechnical},
		Keys: []wire.KeyRule{
			{Algorithm: wire.KeyAlgorithmRSA, Sizes: []int{3072, 4096}},
			{Algorithm: wire.KeyAlgorithmECDSA, Sizes: []int{256, 384}},
		},
		KeyStorage: ptr(wire.KeyStorageHardware),
		Documents:  []wire.DocumentRule{{Form: FormOrder, Send: wire.SendByUpload}},
		Expected:   wire.ExpectedTime{MinMinutes: businessDay, MaxMinutes: 3 * businessDay, BusinessDays: ptr(true)},
	}
}

// siteProduct is a scanner that is sold beside certificates: no key, no request, no certificate.
func siteProduct() wire.Product {
	return wire.Product{
		ID:   "demo-site-scanner",
		Name: "Site Scanner (Demo)",
		Type: wire.ProductTypeSiteService,
		Term: wire.TermLength{Months: ptr(12)},
		Names: wire.NameRules{
			Kinds: []wire.NameKind{wire.NameKindDNS}, Min: 1, Max: 1,
			Wildcard: ptr(wire.WildcardNo), WWW: ptr(wire.WWWRuleNone), IDN: ptr(true),
		},
		Contacts:     []wire.ContactRole{wire.ContactRoleAdministrative, wire.ContactRoleTechnical},
		ProofMethods: []wire.ProofMethod{wire.ProofMethodDNSTXT, wire.ProofMethodHTTPFile, wire.ProofMethodEmail},
		Expected:     wire.ExpectedTime{MinMinutes: 0, MaxMinutes: 10},
	}
}
