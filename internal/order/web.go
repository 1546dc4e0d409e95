package order

// WebProduct is what is known of a product that was bought for a page in the browser: the kind that the customer
// says. How many names it may have is said by the page. name is what they call it on the screen.
func WebProduct(kind ProductType, name string) Product {
	p := Product{ID: "web-" + string(kind), Name: name, Type: kind, Expected: Expected{MinMinutes: -1}}
	// What certificate authorities take; the page may take less, and says so there.
	p.Keys = []KeyRule{{Algorithm: RSA, Sizes: []int{3072, 2048, 4096}}}
	switch kind {
	case SMIME:
		p.Validation = ValidationMailbox
		p.Names = NameRules{Kinds: []string{"email"}, Min: 1, Max: 1}
	case TLS, CodeSigning, SiteService:
		p.Validation = ValidationDomain
		p.Keys = append(p.Keys, KeyRule{Algorithm: ECDSA, Sizes: []int{256, 384}})
		p.Names = NameRules{Kinds: []string{"dns"}, Min: 1, Wildcard: "yes", WWW: "none", IDN: true}
	}
	return p
}
