package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"strings"

	"vexec/oracles/cases"
)

// values are printed under each format; tests/template/cases.py describes their form.
var values = []string{
	`""`, `"text"`, `"ünï→𝄞"`, `"a\"b\\c\n\t"`, `"back` + "`" + `tick"`, `{"raw": "Yf9iww=="}`,
	`"\u200b\ufeff\u00ad"`, `"\u0000\u007f"`, `"5"`,
	`true`, `false`, `null`,
	`{"int": "0"}`, `{"int": "5"}`, `{"int": "-5"}`, `{"int": "65"}`, `{"int": "128512"}`, `{"int": "55296"}`,
	`{"int": "9223372036854775807"}`, `{"int": "-9223372036854775808"}`,
	`{"int8": "-128"}`, `{"uint8": "200"}`, `{"int32": "955"}`, `{"uint64": "18446744073709551615"}`,
	`{"uintptr": "16"}`,
	`{"float": "0"}`, `{"float": "-0"}`, `{"float": "1"}`, `{"float": "-1.5"}`, `{"float": "0.1"}`,
	`{"float": "100000"}`, `{"float": "1e6"}`, `{"float": "1e21"}`, `{"float": "123456789"}`,
	`{"float": "0.00001"}`, `{"float": "5e-324"}`, `{"float": "1.7976931348623157e308"}`,
	`{"float": "NaN"}`, `{"float": "+Inf"}`, `{"float": "-Inf"}`,
	`{"complex": ["1", "-2.5"]}`, `{"complex": ["NaN", "+Inf"]}`,
	`{"number": "1.0"}`, `{"number": "-7"}`,
	`{"bytes": ""}`, `{"bytes": "YWJj"}`, `{"bytes": "AP8="}`, `{"typed": "[]uint8", "nil": true}`,
	`[]`, `["a", 1, null, true, {"float": "1.5"}, {"int": "2"}]`, `[["x"], {"k": "v"}, {"bytes": "aGk="}]`,
	`{"typed": "[]string", "list": ["a b", "c"]}`, `{"typed": "[]string", "nil": true}`,
	`{"typed": "[]int", "list": [1, -20]}`, `{"typed": "[][]string", "list": [{"typed": "[]string", "nil": true}]}`,
	`{"typed": "[]uint16", "list": [1, 300]}`, `{"typed": "[]float64", "list": [1, 2.5]}`,
	`{"map": {}}`, `{"b": 1, "a": null, "é": ["x", {"int": "3"}]}`,
	`{"typed": "map[int]string", "map": [[10, "ten"], [9, "nine"], [-1, "less"]]}`,
	`{"typed": "map[string]string", "nil": true}`,
	`{"typed": "map[string][]string", "map": [["k", {"typed": "[]string", "list": ["v", "w"]}]]}`,
	`{"typed": "map[bool]float64", "map": [[true, 1], [false, 0.5]]}`,
	`{"typed": "map[interface {}]interface {}", "map": [[{"int": "2"}, "b"], ["s", null], [true, 1], [null, 0],
		[{"float": "0.5"}, {"int": "1"}], [{"int": "-2"}, {"uint8": "1"}], [{"uint64": "7"}, "u"], [1, "n"]]}`,
}

// verbs, and the flags, widths and precisions under which each is tried.
var verbs = []struct{ verbs, options string }{
	{"v", ",+,#,5,-9,08, ,.2,12.3,#+,#08,+-6"},
	{"s", ",6,-6,06,.1,.0,8.2,#,+"},
	{"q", ",#,+,#+,12,-12,012,.2, "},
	{"x", ",#,+, ,# ,08,-8,.2,.0,#010, 12.4"},
	{"X", ",#,# ,10"},
	{"d", ",+, ,5,-5,05,+05,.3,7.3,.0,#,-07"},
	{"b", ",#,08"}, {"o", ",#,06"}, {"O", ",+"}, {"t", ",7,-7,07"},
	{"c", ",4,-4,04"}, {"U", ",#,#12,-#10,.6"},
	{"e", ",.0,+.2,12,012,#"}, {"E", ",.3"}, {"f", ",.0,.2,+8.1,-9.2,09.1,#.0, "}, {"F", ",.2"},
	{"g", ",.3,#,#.4,+,010,.0,.17"}, {"G", ",.2,#"},
	{"T", ",9,.3"}, {"w", ",#,+"}, {"z", ",#5"}, {"é", ""}, {"!", ""},
}

// pieces make up the formats with several arguments.
var pieces = []string{
	"%v", "%d", "%s", "%q", "%x", "%%", "%5%", "text ", "é", "\xff", "%*d", "%-*d", "%.*f", "%0*d", "%*.*f", "%[1]v", "%[2]d",
	"%[3]*d", "%[2]*[1]d", "%[1]*.[2]*[3]f", "%[9]v", "%[x]d", "%[]d", "%[1]5d", "%[1].2f", "%[", "%[1", "%[]", "%.[2]d",
	"%!", "%", "%-", "%.", "%5", "%1000001d", "%99999999d", "%.99999999d", "%+", "%\xffd", "%é", "%[0]d", "%[-1]d", "%.3",
	"%[2]v%v", "%6.2f|", "%+v", "%#v", "%T", "%.-3d", "%#[1]v", "%[1]#v", "%c", "%t", "%w", "%*v", "%[1]*v", "%z",
}

type row struct {
	Format any   `json:"format,omitempty"`
	Sprint []int `json:"sprint,omitempty"`
	Args   []int `json:"args,omitempty"`
	Out    any   `json:"out"`
}

func printFormats() {
	raw := make([]any, len(values))
	args := make([]any, len(values))
	for i, value := range values {
		decoder := json.NewDecoder(strings.NewReader(value))
		decoder.UseNumber()
		if err := decoder.Decode(&raw[i]); err != nil {
			panic(err)
		}
		args[i] = cases.Decode(raw[i])
	}
	write(head{versions(), raw})
	for _, verb := range verbs {
		for _, option := range strings.Split(verb.options, ",") {
			format := "%" + option + verb.verbs
			results := make([]any, len(args))
			for i, arg := range args {
				results[i] = text(fmt.Sprintf(format, arg))
			}
			write(row{Format: format, Out: results})
		}
	}
	random := rand.New(rand.NewSource(1))
	for range 900 {
		var format strings.Builder
		for range 1 + random.Intn(4) {
			format.WriteString(pieces[random.Intn(len(pieces))])
		}
		chosen, some := choose(random, args)
		printed := fmt.Sprintf(format.String(), some...)
		if len(printed) < 400 {
			write(row{Format: text(format.String()), Args: chosen, Out: text(printed)})
		}
	}
	for range 200 {
		chosen, some := choose(random, args)
		write(row{Sprint: chosen, Out: []any{text(fmt.Sprint(some...)), text(fmt.Sprintln(some...))}})
	}
}

// choose returns up to four arguments and their numbers; small integers come often.
func choose(random *rand.Rand, args []any) ([]int, []any) {
	chosen, some := []int{}, []any{}
	for range random.Intn(5) {
		number := random.Intn(len(args))
		if random.Intn(2) == 0 {
			number = 12 + random.Intn(4)
		}
		chosen, some = append(chosen, number), append(some, args[number])
	}
	return chosen, some
}
