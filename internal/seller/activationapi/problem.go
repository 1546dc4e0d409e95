package activationapi

import (
	"encoding/json"
	"net/http"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/wire"
)

// codes says which fault a problem type is. What is missing here is told by its status.
var codes = map[wire.ProblemType]fault.Code{
	wire.ProblemTypeCodeUnknown:          fault.CodeUnknown,
	wire.ProblemTypeCodeUsed:             fault.CodeUsed,
	wire.ProblemTypeCodeExpired:          fault.CodeExpired,
	wire.ProblemTypeLicenceState:         fault.LicenceState,
	wire.ProblemTypeCSRUnreadable:        fault.RequestUnreadable,
	wire.ProblemTypeKeyWeak:              fault.KeyWeak,
	wire.ProblemTypeKeyForbidden:         fault.KeyForbidden,
	wire.ProblemTypeNamesNotAllowed:      fault.NamesNotAllowed,
	wire.ProblemTypeFieldInvalid:         fault.FieldInvalid,
	wire.ProblemTypeApproverNotAllowed:   fault.FieldInvalid,
	wire.ProblemTypeProofMissing:         fault.ProofFailed,
	wire.ProblemTypeProofFailed:          fault.ProofFailed,
	wire.ProblemTypeDocumentsOutstanding: fault.OrderState,
	wire.ProblemTypeApprovalOutstanding:  fault.OrderState,
	wire.ProblemTypePaymentOutstanding:   fault.PaymentOutstanding,
	wire.ProblemTypeOrderState:           fault.OrderState,
	wire.ProblemTypeTaskState:            fault.TaskState,
	wire.ProblemTypeReissueLimit:         fault.Refused,
	wire.ProblemTypeRequestInProgress:    fault.ServiceBusy,
	wire.ProblemTypeIdempotencyMismatch:  fault.IdempotencyMismatch,
	wire.ProblemTypeChangedElsewhere:     fault.ChangedElsewhere,
	wire.ProblemTypeTooLarge:             fault.TooLarge,
	wire.ProblemTypeTypeUnsupported:      fault.DocumentType,
	wire.ProblemTypeVersionUnsupported:   fault.ServiceNewer,
	wire.ProblemTypeNotFound:             fault.NotFound,
	wire.ProblemTypeUnauthorized:         fault.Unauthorized,
}

// byStatus is the fault of a refusal whose type is unknown here.
func byStatus(status int) fault.Code {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fault.Unauthorized
	case http.StatusNotFound, http.StatusGone:
		return fault.NotFound
	case http.StatusRequestTimeout:
		return fault.ServiceSlow
	case http.StatusPreconditionFailed, http.StatusPreconditionRequired:
		return fault.ChangedElsewhere
	case http.StatusRequestEntityTooLarge:
		return fault.TooLarge
	}
	return fault.Refused
}

// problem makes a fault of an answer that is no success. The problem document is nil when the answer holds
// none: then it may come from something between here and the service.
func (c *Client) problem(p place, rep *httpclient.Response) (*wire.Problem, *fault.Error) {
	doc := problemOf(rep)
	var f *fault.Error
	switch code, known := codes[typeOf(doc)]; {
	case rep.Status == http.StatusTooManyRequests:
		f = busy(rep.Header, c.o.Now(), p.host)
	case rep.Status/100 == 5:
		f = fault.New(fault.ServiceDown, nil, "host", p.host)
	case rep.Status/100 != 4:
		f = fault.New(fault.ServiceBroken, nil, "host", p.host)
	case doc == nil && isJSON(rep.Header):
		c.forget(p)
		f = fault.New(fault.ServiceBroken, nil, "host", p.host)
	case doc == nil:
		c.forget(p)
		f = fault.New(fault.ServiceHTML, nil, "host", p.host)
	case known && code == fault.ServiceBusy:
		f = busy(rep.Header, c.o.Now(), p.host)
	case known:
		f = fault.New(code, nil, "host", p.host)
	default:
		f = fault.New(byStatus(rep.Status), nil, "host", p.host)
	}
	if doc != nil {
		f.Detail = line(text(doc.Detail), maxDetail)
		f.SupportID = line(text(doc.SupportID), maxShort)
	}
	return doc, f
}

func problemOf(rep *httpclient.Response) *wire.Problem {
	if !isJSON(rep.Header) {
		return nil
	}
	var doc wire.Problem
	if json.Unmarshal(rep.Body, &doc) != nil || doc.Type == "" {
		return nil
	}
	return &doc
}

func typeOf(doc *wire.Problem) wire.ProblemType {
	if doc == nil {
		return ""
	}
	return doc.Type
}

// fields are the problems by field.
func fields(doc *wire.Problem) []seller.FieldProblem {
	var out []seller.FieldProblem
	for _, e := range first(doc.Errors, maxFields) {
		out = append(out, seller.FieldProblem{
			Pointer: line(e.Pointer, maxLine), Code: line(e.Code, maxShort), Detail: line(text(e.Detail), maxDetail),
		})
	}
	return out
}

// final reports whether a status settles the Idempotency-Key that it answers. 409 does but for a request
// that is still in progress.
func final(status int, doc *wire.Problem) bool {
	switch status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusPreconditionFailed,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return doc != nil
	case http.StatusConflict:
		return doc != nil && doc.Type != wire.ProblemTypeRequestInProgress
	}
	return false
}
