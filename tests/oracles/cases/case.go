// Package cases reads test cases from standard input and writes what an oracle makes of them.
package cases

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// Timeout is how long one case may take; the process ends after one that takes longer.
const Timeout = 2 * time.Second

// Limit is how many bytes a case may print.
const Limit = 16 << 20

// Case is one template and what it can see; a line of JSON.
type Case struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Template string            `json:"template"`
	Raw      string            `json:"base64"` // the template in base64 where it is not UTF-8
	Data     any               `json:"data"`
	Missing  string            `json:"missingkey"`
	Left     string            `json:"left"`
	Right    string            `json:"right"`
	Secrets  map[string]any    `json:"secrets"` // path → Data
	Asks     []Ask             `json:"asks"`
	Env      map[string]string `json:"env"`
	Files    map[string]string `json:"files"`
	Denylist []string          `json:"denylist"`
	Sandbox  string            `json:"sandbox"`
	Now      int64             `json:"now"` // nanoseconds since 1970
}

// Ask is a call of a function that reaches outside, and what it is told.
type Ask struct {
	Function string   `json:"function"`
	Args     []string `json:"args"`
	Answer   any      `json:"answer"`
}

// Result is what became of a case: Out, or Err and the Stage in which it came up.
type Result struct {
	ID    string `json:"id,omitempty"`
	Out   string `json:"out"`
	Raw   string `json:"raw,omitempty"` // Out in base64 where it is not UTF-8
	Err   string `json:"err,omitempty"`
	Stage string `json:"stage,omitempty"`
}

// Fail makes the result of an error.
func Fail(stage string, err error) Result {
	return Result{Stage: stage, Err: err.Error()}
}

// Print makes the result of a template that was rendered.
func Print(out string) Result {
	if utf8.ValidString(out) {
		return Result{Out: out}
	}
	return Result{Raw: base64.StdEncoding.EncodeToString([]byte(out))}
}

// Serve reads a case from each line of standard input and writes its result to a line of out.
// The first line that it writes tells the versions that made the results.
func Serve(out io.Writer, versions map[string]string, run func(Case) Result) {
	write := func(value any) {
		line := json.NewEncoder(out)
		line.SetEscapeHTML(false)
		if err := line.Encode(value); err != nil {
			os.Exit(1)
		}
	}
	write(map[string]any{"versions": versions})
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.UseNumber()
		var one Case
		if err := decoder.Decode(&one); err != nil {
			fmt.Fprintf(os.Stderr, "a case cannot be read: %v\n", err)
			os.Exit(1)
		}
		result := within(one, run)
		result.ID = one.ID
		write(result)
		if result.Err == "timeout" {
			os.Exit(3)
		}
	}
}

// within runs a case, but not for longer than Timeout.
func within(one Case, run func(Case) Result) Result {
	done := make(chan Result, 1)
	go func() {
		defer func() {
			if problem := recover(); problem != nil {
				done <- Result{Stage: "panic", Err: fmt.Sprintf("panic: %v", problem)}
			}
		}()
		if one.Raw != "" {
			text, err := base64.StdEncoding.DecodeString(one.Raw)
			if err != nil {
				panic(err)
			}
			one.Template = string(text)
		}
		done <- run(one)
	}()
	select {
	case result := <-done:
		return result
	case <-time.After(Timeout):
		return Result{Stage: "timeout", Err: "timeout"}
	}
}

// Bounded is a writer that takes no more than Limit bytes.
type Bounded struct{ strings.Builder }

func (b *Bounded) Write(part []byte) (int, error) {
	if b.Len()+len(part) > Limit {
		return 0, fmt.Errorf("too much output")
	}
	return b.Builder.Write(part)
}
