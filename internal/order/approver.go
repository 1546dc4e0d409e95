package order

import "slices"

// approverBoxes are the mailboxes at which an authority may ask whoever runs a domain (CA/B BR 3.2.2.4.4).
var approverBoxes = []string{"admin", "administrator", "hostmaster", "postmaster", "webmaster"}

// maxApproverDomains is for how many domains addresses are offered: a list to choose from, not to search.
const maxApproverDomains = 10

// ApproverAddresses are the addresses to which the authority may send its question, as they are sent, where the
// licence wants one: the five of the Baseline Requirements at each registered domain of the names.
func (l Licence) ApproverAddresses(a Application) []string {
	if !l.Product.Approver {
		return nil
	}
	var domains, out []string
	for _, e := range l.ReadDomains(a).Entries {
		d := e.Domain.Registered().ASCII
		if d == "" || e.Bad() || slices.Contains(domains, d) || len(domains) == maxApproverDomains {
			continue
		}
		domains = append(domains, d)
		for _, box := range approverBoxes {
			out = append(out, box+"@"+d)
		}
	}
	return out
}

func (l Licence) checkApprover(a Application) *Problem {
	allowed := l.ApproverAddresses(a)
	switch {
	case len(allowed) == 0: // not asked for, or there is no name yet, which is said there
		return nil
	case a.ApproverEmail == "":
		return problem(FieldApprover, Error, "approver.empty")
	case !slices.Contains(allowed, a.ApproverEmail):
		return problem(FieldApprover, Error, "approver.other", "address", shown(a.ApproverEmail))
	}
	return nil
}
