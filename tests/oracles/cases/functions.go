package cases

import (
	"errors"
	"fmt"
	"strings"
)

// functions are values of Data that templates can call; tests/template/functions.py has the same.
var functions = map[string]any{
	"nothing": func() string { return "called" },
	"add":     func(a, b int) int { return a + b },
	"text":    func(s string) string { return "<" + s + ">" },
	"same":    func(v any) any { return v },
	"half":    func(f float64) float64 { return f / 2 },
	"flip":    func(b bool) bool { return !b },
	"byte":    func(b uint8) uint8 { return b },
	"long":    func(n int64) int64 { return n },
	"join":    func(sep string, parts ...string) string { return strings.Join(parts, sep) },
	"count":   func(parts ...any) int { return len(parts) },
	"sum": func(parts ...int) int {
		total := 0
		for _, part := range parts {
			total += part
		}
		return total
	},
	"size":  func(list []any) int { return len(list) },
	"keys":  func(m map[string]any) int { return len(m) },
	"names": func(list []string) string { return fmt.Sprint(list) },
	"fail":  func() (string, error) { return "", errors.New("no luck") },
	"try": func(ok bool) (string, error) {
		if !ok {
			return "", errors.New("no luck")
		}
		return "luck", nil
	},
	"nil": func() any { return nil },
}
