package order

// checkAccountContact judges the e-mail address for a new account: it may be left empty, since most authorities want
// none (RFC 8555 7.3).
func (l Licence) checkAccountContact(a Application) *Problem {
	if !l.OpensAccount || Tidy(a.AccountContact) == "" {
		return nil
	}
	p := checkEmail(a.AccountContact)
	if p != nil {
		p.Field = FieldAccountContact
	}
	return p
}

// accountContact is that address as it is sent; empty where no account is opened.
func (l Licence) accountContact(a Application) string {
	if !l.OpensAccount {
		return ""
	}
	if m, p := ParseMailbox(a.AccountContact); p == nil || p.Kind == Note {
		return m.String()
	}
	return Tidy(a.AccountContact)
}
