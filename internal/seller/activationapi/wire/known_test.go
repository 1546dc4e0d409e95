package wire_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"certdesk/assets"
)

// TestKnownValues holds known.go and the x-known-values of the contract together, in both directions.
func TestKnownValues(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(assets.ActivationAPI)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for name, ref := range doc.Components.Schemas {
		values, ok := ref.Value.Extensions["x-known-values"].([]any)
		for _, v := range values {
			want[name+exported(v.(string))] = name + "=" + v.(string)
		}
		if ok && len(values) == 0 {
			t.Errorf("%s has no known values", name)
		}
	}
	if diff := cmp.Diff(want, constants(t)); diff != "" {
		t.Errorf("contract (-) and known.go (+) differ:\n%s", diff)
	}
}

// constants reads known.go: by name, "type=value".
func constants(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "known.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		got[spec.Names[0].Name] = spec.Type.(*ast.Ident).Name + "=" + value
		return true
	})
	return got
}

var initialisms = regexp.MustCompile(`^(dns|http|tls|smime|rsa|ecdsa|ip|csr|caa|txt|cname)$`)

// exported makes a value the second half of a constant's name.
func exported(value string) string {
	if i := strings.LastIndex(value, "/"); i >= 0 {
		value = value[i+1:]
	}
	var b strings.Builder
	for _, w := range strings.FieldsFunc(value, func(r rune) bool { return r == '_' || r == '-' }) {
		if initialisms.MatchString(w) {
			b.WriteString(strings.ToUpper(w))
			continue
		}
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}
