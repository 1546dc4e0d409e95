package i18n_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"certdesk/assets"
	"certdesk/internal/i18n"
)

// Every place that makes a fault fills the gaps of its words, or a customer reads "[host]". Calls whose code
// or arguments are not written out where they are made are for the tests of their own room.
func TestEveryFaultIsMadeWithTheArgumentsOfItsWords(t *testing.T) {
	c := load(t, assets.Translations)
	root := filepath.Join("..", "..")
	codes := faultCodes(t, root)
	calls := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(source), "fault.New(fault.") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, source, 0)
		if err != nil {
			return nil //nolint:nilerr // the compiler says it better
		}
		ast.Inspect(file, func(n ast.Node) bool {
			name, args, ok := newFault(n)
			if !ok {
				return true
			}
			calls++
			for _, gap := range gapsOf(c, codes[name]) {
				if !slices.Contains(args, gap) {
					t.Errorf("%s: fault.%s has no %q", set.Position(n.Pos()), name, gap)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || calls < 20 {
		t.Errorf("%d calls found, %v", calls, err)
	}
}

// newFault recognises fault.New(fault.NAME, cause, "key", value, …) and gives its name and keys.
func newFault(n ast.Node) (name string, keys []string, ok bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || call.Ellipsis.IsValid() || len(call.Args) < 2 {
		return "", nil, false
	}
	if f, ok := faultMember(call.Fun); !ok || f != "New" {
		return "", nil, false
	}
	if name, ok = faultMember(call.Args[0]); !ok {
		return "", nil, false
	}
	for i := 2; i < len(call.Args); i += 2 {
		literal, ok := call.Args[i].(*ast.BasicLit)
		if !ok {
			return "", nil, false
		}
		key, err := strconv.Unquote(literal.Value)
		if err != nil {
			return "", nil, false
		}
		keys = append(keys, key)
	}
	return name, keys, true
}

func faultMember(e ast.Expr) (string, bool) {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	pkg, ok := s.X.(*ast.Ident)
	return s.Sel.Name, ok && pkg.Name == "fault"
}

// faultCodes reads which constant of package fault is which code.
func faultCodes(t *testing.T, root string) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "internal", "fault", "codes.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
			codes[spec.Names[0].Name], _ = strconv.Unquote(literal.Value)
		}
		return true
	})
	return codes
}

func gapsOf(c *i18n.Catalogue, code string) []string {
	var gaps []string
	for _, part := range []string{"saw", "means", "do"} {
		gaps = append(gaps, c.Gaps("en", "fault."+code+"."+part)...)
	}
	slices.Sort(gaps)
	return slices.Compact(gaps)
}
