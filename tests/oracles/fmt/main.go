// Command fmt prints the golden files of Go's fmt and strconv, which tests/template/test_printf.py and
// test_strconv.py read: `go run . fmt`, `go run . strconv`; `go run . printable` prints the table of
// src/vexec/template/printable.py.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"unicode/utf8"
)

var out = bufio.NewWriter(os.Stdout)

func main() {
	defer out.Flush()
	what := ""
	if len(os.Args) > 1 {
		what = os.Args[1]
	}
	switch what {
	case "fmt":
		printFormats()
	case "strconv":
		printConversions()
	case "printable":
		printRanges()
	default:
		fmt.Fprintln(os.Stderr, "usage: go run . fmt|strconv|printable")
		os.Exit(2)
	}
}

// write puts a value into a line of JSON.
func write(value any) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
}

// head is the first line of a file.
type head struct {
	Versions map[string]string `json:"versions"`
	Values   []any             `json:"values,omitempty"`
}

func versions() map[string]string {
	return map[string]string{"go": runtime.Version()}
}

// text is a string for JSON: as it is, or tagged where it is not UTF-8.
func text(s string) any {
	if utf8.ValidString(s) {
		return s
	}
	return map[string]string{"raw": base64.StdEncoding.EncodeToString([]byte(s))}
}

// printRanges prints how many code points in turn are not and are printable.
func printRanges() {
	last, was := rune(0), false
	for code := rune(0); code <= utf8.MaxRune; code++ {
		if is := strconv.IsPrint(code); is != was {
			fmt.Fprintf(out, "%x ", code-last)
			last, was = code, is
		}
	}
	fmt.Fprintln(out)
}
