package desk

import (
	"encoding/json"
	"reflect"

	"certdesk/internal/order"
	"certdesk/internal/request"
)

// HoldsPrivateKey reports whether what was put into a field for something else is a private key.
func HoldsPrivateKey(text string) bool { return request.HoldsPrivateKey([]byte(text)) }

// withoutKeys is an application without the texts that hold a private key: pages take them off the screen, and what
// one of them overlooks is not written either.
func withoutKeys(a order.Application) order.Application {
	if !visit(reflect.ValueOf(&a).Elem(), func(v reflect.Value) bool { return HoldsPrivateKey(v.String()) }) {
		return a
	}
	var clean order.Application
	text, err := json.Marshal(a) // a copy, so that the form that is on the screen stays what it is
	if err != nil || json.Unmarshal(text, &clean) != nil {
		return order.Application{}
	}
	visit(reflect.ValueOf(&clean).Elem(), func(v reflect.Value) bool {
		if HoldsPrivateKey(v.String()) {
			v.SetString("")
		}
		return false
	})
	return clean
}

// visit calls f for each text in v until f reports true.
func visit(v reflect.Value, f func(reflect.Value) bool) bool {
	switch v.Kind() {
	case reflect.String:
		return f(v)
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && visit(v.Elem(), f)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && visit(v.Field(i), f) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return false
		}
		for i := range v.Len() {
			if visit(v.Index(i), f) {
				return true
			}
		}
	}
	return false
}
