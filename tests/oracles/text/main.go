// Command text is the oracle for Go's text/template: it renders the cases that it reads.
package main

import (
	"os"
	"runtime"
	"text/template"

	"vexec/oracles/cases"
)

func main() {
	cases.Serve(os.Stdout, map[string]string{"go": runtime.Version()}, render)
}

func render(one cases.Case) cases.Result {
	root := template.New(one.Name).Delims(one.Left, one.Right)
	if one.Missing != "" {
		root.Option("missingkey=" + one.Missing)
	}
	parsed, err := root.Parse(one.Template)
	if err != nil {
		return cases.Fail("parse", err)
	}
	var out cases.Bounded
	if err := parsed.Execute(&out, cases.Decode(one.Data)); err != nil {
		return cases.Fail("exec", err)
	}
	return cases.Print(out.String())
}
