// Command execution is the oracle for what templates do with structs, methods, functions and typed values.
// It reads rows [template, data, missingkey] and writes the tree, and the output or the error, of each.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/template"
	"text/template/parse"
)

// Sub is a struct within World.
type Sub struct{ Name string }

// Flag has an argument.
func (s *Sub) Flag(b bool) string {
	if b {
		return "set"
	}
	return ""
}

// World is what templates are given as "world"; tests/template/world.py has the same.
type World struct {
	Yes                         bool
	N                           int
	N16                         uint16
	Word, Text                  string
	Zero                        float64
	Sub, NilSub                 *Sub
	Value                       Sub
	Ints, NoInts                []int
	Bools                       []bool
	Names                       []string
	Counts, One, NoCounts       map[string]int
	AnyCounts                   map[any]int
	ByInt                       map[int]int
	ByInt8                      map[int8]string
	ByUint64                    map[uint64]string
	Maps                        []map[string]int
	Nil, AnyN, AnyText, AnyInts any
	AnySub                      any
	Binary                      func(string, string) string
	Variadic                    func(...string) string
	VariadicN                   func(int, ...string) string
	NilOK                       func(map[string]int) bool
	Fails                       func() (string, error)
	Three, MinusOne             int
	Uthree, Ufour               uint
	ZeroC                       complex128
}

// Hello has no argument.
func (w *World) Hello() string { return "hello" }

// Same returns its argument.
func (w *World) Same(n int) int { return n }

// Pair has two arguments.
func (w *World) Pair(n uint16, s string) string { return fmt.Sprintf("%d/%s", n, s) }

// Show takes anything.
func (w *World) Show(v any) string { return fmt.Sprintf("<%v>", v) }

// Sums takes a slice.
func (w *World) Sums(n int, list []int) []int {
	sums := []int{}
	for _, one := range list {
		sums = append(sums, n+one)
	}
	return sums
}

// Fail returns an error or not.
func (w *World) Fail(now bool) (bool, error) {
	if now {
		return true, errors.New("it failed")
	}
	return false, nil
}

// GetSub returns a pointer.
func (w *World) GetSub() *Sub { return w.Sub }

// Self returns the world.
func (w *World) Self() *World { return w }

// Anything returns what is in an interface.
func (w *World) Anything(v any) any { return v }

var world = &World{
	Yes: true, N: 17, N16: 16, Word: "x", Text: "xyz", Sub: &Sub{"v"}, Value: Sub{"w"},
	Ints: []int{3, 4, 5}, Bools: []bool{true, false}, Names: []string{"b", "a"},
	Counts: map[string]int{"one": 1, "two": 2, "three": 3}, One: map[string]int{"one": 1},
	AnyCounts: map[any]int{"one": 1}, ByInt: map[int]int{1: 1}, ByInt8: map[int8]string{2: "i82", 3: "i83"},
	ByUint64: map[uint64]string{2: "u2", 3: "u3"}, Maps: []map[string]int{{"one": 1, "two": 2}, {"eleven": 11}},
	AnyN: 3, AnyText: "in any", AnyInts: []int{7, 8}, AnySub: &Sub{"any"},
	Binary:    func(a, b string) string { return "[" + a + "=" + b + "]" },
	Variadic:  func(s ...string) string { return "<" + strings.Join(s, "+") + ">" },
	VariadicN: func(n int, s ...string) string { return fmt.Sprint(n, "=<", strings.Join(s, "+"), ">") },
	NilOK:     func(m map[string]int) bool { return m == nil },
	Fails:     func() (string, error) { return "", errors.New("it failed") },
	Three:     3, MinusOne: -1, Uthree: 3, Ufour: 4,
}

var data = map[string]any{
	"world": world, "nil": nil, "int": 13, "uint": uint(14), "int8": int8(5), "uint64": uint64(5), "float": 15.1,
	"bool": true, "string": "hello", "ints": []int{-1, -2, -3}, "strings": map[string]string{"cause": "neglect"},
	"rune": 'e', "nilworld": (*World)(nil), "zeroint": 0, "map": map[string]any{"x": 99, "nil": nil, "s": "text",
		"list": []any{1, nil, "a"}, "map": map[string]any{"y": "z"}},
	"anykeys": map[any]any{"k": 1, 2: "two"}, "list": []any{1, nil, "a", []any{}}, "sub": Sub{"plain"},
}

var functions = template.FuncMap{
	"add": func(args ...int) int {
		sum := 0
		for _, one := range args {
			sum += one
		}
		return sum
	},
	"count": func(n int) <-chan int64 {
		out := make(chan int64)
		go func() {
			for i := range n {
				out <- int64(i)
			}
			close(out)
		}()
		return out
	},
	"dashed":   func(n int, s ...string) string { return fmt.Sprintln(n, s) },
	"die":      func() (bool, error) { return false, errors.New("died") },
	"echo":     func(v any) any { return v },
	"pairs":    func(s ...string) map[string]string { return map[string]string{s[0]: s[1]} },
	"three":    func() any { return map[string]int{"three": 3} },
	"nothing":  func() any { return nil },
	"one":      func(s string) string { return "one=" + s },
	"seven":    func() int { return 7 },
	"two":      func(a, b string) string { return "two=" + a + b },
	"kind":     func(v any) string { return fmt.Sprintf("%T", v) },
	"zero":     func() string { return "zero" },
	"float":    func(f float64) string { return fmt.Sprintf("%T %v", f, f) },
	"u8":       func(u uint8) string { return fmt.Sprintf("%T %v", u, u) },
	"i8":       func(i int8) string { return fmt.Sprintf("%T %v", i, i) },
	"i64":      func(i int64) string { return fmt.Sprintf("%T %v", i, i) },
	"u64":      func(u uint64) string { return fmt.Sprintf("%T %v", u, u) },
	"bool":     func(b bool) string { return fmt.Sprintf("%T %v", b, b) },
	"complex":  func(c complex128) string { return fmt.Sprintf("%T %v", c, c) },
	"texts":    func(s []string) string { return fmt.Sprintf("%T %v", s, s == nil) },
	"anymap":   func(m map[string]any) string { return fmt.Sprintf("%T %v", m, m == nil) },
	"anylist":  func(l []any) string { return fmt.Sprintf("%T %v", l, l == nil) },
	"subs":     func(s Sub) string { return s.Name },
	"callback": func(f func(string) string) string { return fmt.Sprint(f == nil) },
}

func run(row [3]string) map[string]any {
	trees, err := parse.Parse("t", row[0], "", "", functions, map[string]any{"and": 1, "or": 1, "not": 1, "call": 1,
		"html": 1, "index": 1, "slice": 1, "js": 1, "len": 1, "print": 1, "printf": 1, "println": 1, "urlquery": 1,
		"eq": 1, "ge": 1, "gt": 1, "le": 1, "lt": 1, "ne": 1})
	if err != nil {
		return map[string]any{"err": err.Error(), "stage": "parse"}
	}
	result := map[string]any{"tree": trees["t"].Root.String()}
	root := template.Must(template.New("t").Funcs(functions).Parse(row[0]))
	if row[2] != "" {
		root.Option("missingkey=" + row[2])
	}
	var out strings.Builder
	if err := root.Execute(&out, data[row[1]]); err != nil {
		result["err"], result["stage"] = err.Error(), "exec"
	} else {
		result["out"] = out.String()
	}
	return result
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var row [3]string
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			panic(err)
		}
		line := json.NewEncoder(os.Stdout)
		line.SetEscapeHTML(false)
		line.Encode(run(row))
	}
}
