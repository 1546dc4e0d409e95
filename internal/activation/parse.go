package activation

import (
	"strings"

	"certdesk/internal/fault"
)

// Limits of what is read.
const (
	maxText       = 64 << 10 // the octets of an e-mail's text
	maxLinks      = 200      // different links in one e-mail
	maxCandidates = 12       // those of them that may have a code
)

// Parser reads texts. The zero Parser knows the built-in directory and no running demo issuer.
type Parser struct {
	// Services is the directory of known sellers; nil: [Builtin].
	Services *Directory
	// DemoOrigin gives the origin of the running demo issuer ("http://127.0.0.1:4711"), empty when none
	// runs: its links become tickets for [Demo]. It may be nil.
	DemoOrigin func() string
}

// Parse reads a text with the built-in directory: see [Parser.Parse].
func Parse(text string, from Origin) (Reading, error) { return Parser{}.Parse(text, from) }

// Parse reads anything that a person may paste at step 1: a link, a certdesk: link, a bare code with spaces,
// dashes or line breaks, or the whole text of the e-mail with both. It looks at 64 KiB at most (2,048
// octets for [Scheme]) and touches no network.
//
// Its errors are faults from the first group of package fault; nothing of the text stands in them but the
// host of an unknown mail scanner (LinkWrapped) and the number of links (TextManyLinks).
func (p Parser) Parse(text string, from Origin) (Reading, error) { return p.parse(text, from, notes{}) }

// parse reads a text in which n knows what stands on links.
func (p Parser) parse(text string, from Origin, n notes) (Reading, error) {
	if from == Scheme {
		return p.parseScheme(text)
	}
	if len(text) > maxText {
		return Reading{}, fault.New(fault.TextTooLong, nil)
	}
	if holdsPrivateKey(text) {
		return Reading{}, fault.New(fault.TextPrivateKey, nil)
	}
	text = once(readable(text))
	if text == "" {
		return Reading{}, fault.New(fault.LinkEmpty, nil)
	}
	if isAppLink(text) {
		return p.parseScheme(text)
	}
	if r, ok := p.readAccount(text, from); ok {
		return r, nil
	}
	if link, ok := wholeLink(text); ok {
		r, err := p.readLink(link, from)
		return n.on(r, link, ""), err
	}
	links := findLinks(text)
	switch many := len(links); {
	case many == 0:
		return p.parseCode(text, from)
	case many > maxLinks:
		return Reading{}, fault.New(fault.TextManyLinks, nil, "n", many)
	}
	return p.chooseLink(links, text, from, n)
}

// on adds to the reading of a link what stood on it, or else before it in the text.
func (n notes) on(r Reading, link, text string) Reading {
	if shown := n.shown[link]; differs(shown, r.Host) {
		r.Shown, r.RequiresTick = shown, true
	}
	if r.Says = n.says[link]; r.Says == "" {
		r.Says = before(text, link)
	}
	return r
}

// parseCode reads a text in which there is no link.
func (p Parser) parseCode(text string, from Origin) (Reading, error) {
	if isFileName(text) {
		return Reading{}, fault.New(fault.TextFileName, nil)
	}
	if link, ok := bareLink(text); ok {
		return p.readLink(link, from)
	}
	if mistypedStart().MatchString(text) {
		return Reading{}, fault.New(fault.LinkUnreadable, nil)
	}
	code := labelledCode(text)
	if code == "" {
		code = bareCode(labelAlone().ReplaceAllString(text, ""))
	}
	if isHalf(code) || isWord(code) {
		return Reading{}, fault.New(fault.CodeMalformed, nil)
	}
	if code == "" {
		if err := foreignScheme(text); err != nil {
			return Reading{}, err
		}
		if len(strings.Fields(text)) > 1 || strings.Contains(text, "@") {
			return Reading{}, fault.New(fault.TextNoLink, nil)
		}
		return Reading{}, fault.New(fault.CodeMalformed, nil)
	}
	if from == CommandLine { // visible to every program on the computer, and kept by the shell
		return Reading{}, fault.New(fault.CodeInArguments, nil)
	}
	r := Reading{Kind: Code, Ticket: Ticket{Code: newCode(code)}}
	if isDemo(code) {
		r.Ticket.Service = Demo
	}
	return r, nil
}

// chooseLink finds the one that is meant among the links of a text. An e-mail also has links to a home page,
// to terms, to a logo and to the list's exit. So links whose code stands where codes stand come before those
// with a part that merely looks like one; links without a code count when the text names the code.
func (p Parser) chooseLink(links []string, text string, from Origin, n notes) (Reading, error) {
	code := labelledCode(text)
	var sure, maybe, without []Reading
	var first error
	for _, l := range links {
		r, err := p.readAddress(l, from)
		if err == nil {
			r = n.on(r, l, text)
		}
		switch {
		case err != nil:
			first = cmpError(first, err)
		case r.sure:
			sure = appendNew(sure, r)
		case !r.Ticket.Code.Empty():
			maybe = appendNew(maybe, r)
		default:
			without = appendNew(without, r)
		}
	}
	withCode := sure
	if len(withCode) == 0 && code != "" {
		withCode = attach(append(without, maybe...), code)
	}
	if len(withCode) == 0 {
		withCode = maybe
	}
	switch {
	case len(withCode) == 1:
		return withCode[0], nil
	case len(withCode) > maxCandidates:
		return Reading{}, fault.New(fault.TextManyLinks, nil, "n", len(withCode))
	case len(withCode) > 1:
		return Reading{Kind: Several, Candidates: withCode}, nil
	case first != nil:
		return Reading{}, first
	}
	return Reading{}, fault.New(fault.LinkNoCode, nil)
}

// cmpError keeps the fault that says most about what to do: the first, but a wrapper or plain http before
// one that merely could not be read.
func cmpError(have, next error) error {
	if have == nil || (fault.Is(have, fault.LinkUnreadable) && !fault.Is(next, fault.LinkUnreadable)) {
		return next
	}
	return have
}

// attach gives every different service the code that stood beside the links.
func attach(links []Reading, code string) []Reading {
	var out []Reading
	for _, r := range links {
		r.Ticket.Code, r.Ticket.places = newCode(code), nil
		out = appendNew(out, r)
	}
	return out
}

// appendNew adds r unless the same service with the same code is there.
func appendNew(list []Reading, r Reading) []Reading {
	for i, o := range list {
		if o.Ticket.Service == r.Ticket.Service && o.Ticket.Code.Equal(r.Ticket.Code) && o.Host == r.Host {
			if list[i].Shown == "" && r.Shown != "" { // the link that deceives counts
				list[i].Shown, list[i].RequiresTick = r.Shown, true
			}
			return list
		}
	}
	return append(list, r)
}
