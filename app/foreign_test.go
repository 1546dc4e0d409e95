package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// TestForeignServicesThatFail has links to services that are down, cut, endless, broken, or not who they say:
// each has its sentence and a way on, the code is not sent, and the link stays in its field.
func TestForeignServicesThatFail(t *testing.T) {
	says := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
	}
	for code, answer := range map[string]http.HandlerFunc{
		"service-down": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"service-busy": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		"service-cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"api_version":1`))
		},
		"service-oversize":  says(`{"api_version":1,"x":"` + strings.Repeat("x", 10<<20) + `"}`),
		"service-broken":    says(`{"api_version":1,"endpoint":7}`),
		"service-newer":     says(`{"api_version":2}`),
		"service-elsewhere": says(`{"api_version":1,"service":{"name":"x"},"endpoint":"https://elsewhere.example/api/"}`),
		"service-web-only":  says("<!doctype html>"),
	} {
		t.Run(code, func(t *testing.T) { foreign(t, code, httptest.NewServer, answer) })
	}
	t.Run("service-tls", func(t *testing.T) { foreign(t, "service-tls", httptest.NewTLSServer, says("{}")) })
	t.Run("service-unreachable", func(t *testing.T) {
		gone := func(h http.Handler) *httptest.Server {
			s := httptest.NewServer(h)
			s.Close()
			return s
		}
		foreign(t, "service-unreachable", gone, says("{}"))
	})
}

func foreign(t *testing.T, code string, serve func(http.Handler) *httptest.Server, answer http.HandlerFunc) {
	t.Helper()
	leaked := ""
	site := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.String()+r.Header.Get("Authorization"), canary) {
			leaked = r.URL.String()
		}
		answer(w, r)
	}))
	defer site.Close()
	site.Config.ErrorLog = nil
	w := oddly(t)
	w.see(w.word("home.title"))
	link := site.URL + "/activate/" + canary
	w.put(link)
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("link.loopback"))
	w.press("journey.continue")
	w.see(w.word("journey.failed.licence"))
	w.q.Finish(t)
	_, host, _ := strings.Cut(site.URL, "//")
	for _, part := range []string{".saw", ".do"} {
		if !w.has("fault."+code+part, "host", host) && code != "service-busy" {
			t.Fatalf("no %s%s on the screen:\n%s", code, part, w.text())
		}
	}
	if code == "service-busy" && !strings.Contains(w.text(), host) {
		t.Fatalf("the screen:\n%s", w.text())
	}
	if leaked != "" {
		t.Errorf("the code was sent: %s", leaked)
	}
	w.press("journey.back")
	w.title(order.StepLink)
	if text := kittest.All[*kit.Entry](w.root())[0].Text(); text != link {
		t.Errorf("the field holds %q", text)
	}
}
