package contract_test

import (
	"context"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"certdesk/assets"
)

func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(assets.ActivationAPI)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheFileIsOpenAPI(t *testing.T) {
	if err := load(t).Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// TestMutatingCallsAreDoneOnce: every call that changes something carries a key, and those on an order that
// the customer has seen carry its ETag.
func TestMutatingCallsAreDoneOnce(t *testing.T) {
	for path, item := range load(t).Paths.Map() {
		for method, op := range item.Operations() {
			has := func(name string) bool {
				return op.Parameters.GetByInAndName("header", name) != nil
			}
			changes := method != "GET"
			if has("Idempotency-Key") != changes {
				t.Errorf("%s %s: Idempotency-Key is %v", method, path, has("Idempotency-Key"))
			}
			seen := changes && strings.HasPrefix(path, "/orders/{id}") &&
				path != "/orders/{id}/renewal" && method != "DELETE"
			if has("If-Match") != seen {
				t.Errorf("%s %s: If-Match is %v", method, path, has("If-Match"))
			}
		}
	}
}

// TestAnswersStayOpen: no schema that an answer can hold has a closed enumeration or forbids further members.
func TestAnswersStayOpen(t *testing.T) {
	doc := load(t)
	seen := map[*openapi3.Schema]bool{}
	var walk func(where string, ref *openapi3.SchemaRef)
	walk = func(where string, ref *openapi3.SchemaRef) {
		if ref == nil || seen[ref.Value] {
			return
		}
		s := ref.Value
		seen[s] = true
		if len(s.Enum) > 0 {
			t.Errorf("%s is a closed enumeration", where)
		}
		if s.AdditionalProperties.Has != nil && !*s.AdditionalProperties.Has {
			t.Errorf("%s forbids further members", where)
		}
		for name, p := range s.Properties {
			walk(where+"."+name, p)
		}
		for _, p := range s.AllOf {
			walk(where, p)
		}
		walk(where+"[]", s.Items)
		walk(where+".*", s.AdditionalProperties.Schema)
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			for status, r := range op.Responses.Map() {
				for _, m := range r.Value.Content {
					walk(method+" "+path+" "+status, m.Schema)
				}
			}
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d schemas were walked", len(seen))
	}
}
