// Command consul is the oracle for consul-template: it renders the cases that it reads, without any Vault.
package main

import (
	"crypto/x509"
	"encoding/json"
	"io"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
	_ "unsafe" // for go:linkname

	"github.com/hashicorp/consul-template/dependency"
	"github.com/hashicorp/consul-template/template"

	"vexec/oracles/cases"
)

//go:linkname now github.com/hashicorp/consul-template/template.now
var now func() time.Time

// pemsCert sorts certificates and a key.
//
//go:linkname pemsCert github.com/hashicorp/consul-template/dependency.pemsCert
func pemsCert(encoded []byte) (dependency.PemEncoded, *x509.Certificate, error)

// watched are the libraries whose versions the goldens name.
var watched = []string{
	"github.com/hashicorp/consul-template", "github.com/Masterminds/sprig/v3",
	"gopkg.in/yaml.v2", "github.com/BurntSushi/toml", "dario.cat/mergo",
}

func main() {
	out := os.Stdout
	os.Stdout, _ = os.Open(os.DevNull) // spew_dump prints there
	log.SetOutput(io.Discard)
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		os.Unsetenv(name) // a case sees its own variables only
	}
	cases.Serve(out, versions(), render)
}

func versions() map[string]string {
	result := map[string]string{"go": runtime.Version()}
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		for _, path := range watched {
			if module.Path == path {
				result[path] = module.Version
			}
		}
	}
	return result
}

func render(one cases.Case) cases.Result {
	now = func() time.Time { return time.Unix(0, one.Now).UTC() }
	parsed, err := template.NewTemplate(&template.NewTemplateInput{
		Contents: one.Template, LeftDelim: one.Left, RightDelim: one.Right,
		ErrMissingKey: one.Missing == "error", SandboxPath: one.Sandbox, FunctionDenylist: one.Denylist,
	})
	if err != nil {
		return cases.Fail("new", err)
	}
	env := []string{}
	for name, value := range one.Env {
		env = append(env, name+"="+value)
	}
	result, err := parsed.Execute(&template.ExecuteInput{Brain: brain(one), Env: env})
	if err != nil {
		if text, ok := strings.CutPrefix(err.Error(), "parse: "); ok {
			return cases.Result{Stage: "parse", Err: text}
		}
		return cases.Result{Stage: "exec", Err: strings.TrimPrefix(err.Error(), "execute: ")}
	}
	if result.Missing.Len() > 0 {
		return cases.Result{Stage: "missing", Err: result.Missing.String()}
	}
	return cases.Print(string(result.Output))
}

// brain returns what the functions of a case know, as if it had been fetched.
func brain(one cases.Case) *template.Brain {
	result := template.NewBrain()
	for path, data := range one.Secrets {
		remember(result, cases.Ask{Function: "secret", Args: []string{path}, Answer: map[string]any{"data": data}})
	}
	for path, text := range one.Files {
		query, err := dependency.NewFileQuery(path)
		must(err)
		result.Remember(query, text)
	}
	for _, ask := range one.Asks {
		remember(result, ask)
	}
	return result
}

func remember(result *template.Brain, ask cases.Ask) {
	switch path, rest := ask.Args[0], ask.Args[1:]; {
	case ask.Function == "secrets":
		query, err := dependency.NewVaultListQuery(path)
		must(err)
		var names []string
		convert(ask.Answer, &names)
		result.Remember(query, names)
	case ask.Function == "pkiCert":
		query, err := dependency.NewVaultPKIQuery(path, "", nil)
		must(err)
		pems, _, err := pemsCert(texts(ask.Answer.(map[string]any)))
		must(err)
		result.Remember(query, pems)
	case len(rest) > 0:
		data := map[string]any{}
		for _, pair := range rest {
			key, value, _ := strings.Cut(pair, "=")
			data[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
		query, err := dependency.NewVaultWriteQuery(path, data)
		must(err)
		result.Remember(query, secret(ask.Answer))
	default:
		query, err := dependency.NewVaultReadQuery(path)
		must(err)
		result.Remember(query, secret(ask.Answer))
	}
}

// texts joins the texts of the answer to pki/issue; upstream does so in any order.
func texts(data map[string]any) []byte {
	var all strings.Builder
	for _, name := range []string{"certificate", "issuing_ca", "ca_chain", "private_key"} {
		list, ok := data[name].([]any)
		if !ok {
			list = []any{data[name]}
		}
		for _, item := range list {
			if text, ok := item.(string); ok {
				all.WriteString(text + "\n")
			}
		}
	}
	return []byte(all.String())
}

// secret reads what Vault answers, with the names that Vault uses; null is a nil secret.
func secret(answer any) *dependency.Secret {
	fields, ok := answer.(map[string]any)
	if !ok {
		return nil
	}
	var result dependency.Secret
	plain := map[string]any{}
	for name, value := range fields {
		if name != "data" {
			plain[strings.ReplaceAll(name, "_", "")] = value
		}
	}
	for _, inner := range []string{"auth", "wrapinfo"} {
		if fields, ok := plain[inner].(map[string]any); ok {
			short := map[string]any{}
			for name, value := range fields {
				short[strings.ReplaceAll(name, "_", "")] = value
			}
			plain[inner] = short
		}
	}
	convert(plain, &result)
	if data, ok := cases.Decode(fields["data"]).(map[string]any); ok {
		result.Data = data
	}
	return &result
}

// convert fills target from decoded JSON; encoding/json matches names without their case.
func convert(data, target any) {
	text, err := json.Marshal(data)
	must(err)
	must(json.Unmarshal(text, target))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
