package main

import (
	"errors"
	"math"
	"math/rand"
	"strconv"
	"strings"
)

// call is a function of strconv, its arguments, and what it returns; a number that is no integer is in hexadecimal.
type call struct {
	Call string `json:"call"`
	Args []any  `json:"args"`
	Out  any    `json:"out"`
	Err  string `json:"err,omitempty"`
}

var random = rand.New(rand.NewSource(2))

// numbers and strings are made of these.
var (
	digits = strings.Split("0 1 9 5 _ . e E - + x p 0x inf a F 0b 0o b o 7 é nan 123456 00000 1e30 8 Infinity 32768", " ")
	quoted = []string{
		`\n`, `\x41`, `\xff`, `\xc3`, `\xa9`, `\u00e9`, `\ud800`, `\U0001F600`, `\U00110000`, `\101`, `\377`, `\400`, `\'`,
		`\"`, `\\`, `\q`, "a", "é", "\xff", "\n", "\r", "`", "'", `"`, `\`, "\xc3", "\xa9", "\u200b", "\uFFFD", `\u12`, `\8`,
		"x", "𝄞", "\u0378", "\u00ad", "\ufeff", "\x7f", "\x00", `\v`, `\a`,
	}
)

func printConversions() {
	write(head{Versions: versions()})
	for i := range 1200 {
		value := number(i)
		verb, precision := "eEfgGxXb"[random.Intn(8)], random.Intn(24)-3
		if i < 300 {
			verb, precision = 'g', -1
		}
		write(call{"FormatFloat", []any{hex(value), string(verb), max(precision, -1)},
			strconv.FormatFloat(value, verb, max(precision, -1), 64), ""})
	}
	for range 700 {
		source := join(digits, 1+random.Intn(6))
		base := []int{0, 10, 16, 2, 8, 36, 1, 37, 0, 10}[random.Intn(10)]
		bits := []int{64, 0, 8, 16, 32, 65, -1, 64, 64}[random.Intn(9)]
		real, err := strconv.ParseFloat(source, 64)
		write(call{"ParseFloat", []any{source}, hex(real), reason(err)})
		signed, err := strconv.ParseInt(source, base, bits)
		write(call{"ParseInt", []any{source, base, bits}, strconv.FormatInt(signed, 10), reason(err)})
		unsigned, err := strconv.ParseUint(source, base, bits)
		write(call{"ParseUint", []any{source, base, bits}, strconv.FormatUint(unsigned, 10), reason(err)})
		integer, err := strconv.Atoi(source)
		write(call{"Atoi", []any{source}, strconv.Itoa(integer), reason(err)})
	}
	for base := 2; base <= 36; base++ {
		value := int64(random.Uint64())
		write(call{"FormatInt", []any{strconv.FormatInt(value, 10), base}, strconv.FormatInt(value, base), ""})
	}
	for i := range 1200 {
		mark := []string{`"`, `'`, "`"}[i%3]
		source := join(quoted, random.Intn(5))
		write(call{"Quote", []any{text(source)},
			[]any{text(strconv.Quote(source)), strconv.QuoteToASCII(source), strconv.CanBackquote(source)}, ""})
		if random.Intn(20) > 0 {
			source = mark + source + mark
		}
		value, err := strconv.Unquote(source)
		write(call{"Unquote", []any{text(source)}, text(value), reason(err)})
		code, multibyte, tail, err := strconv.UnquoteChar(source, mark[0])
		if err == nil {
			write(call{"UnquoteChar", []any{text(source), mark}, []any{code, multibyte, text(tail)}, ""})
		}
	}
	for code := rune(-3); code < 0x110010; code += rune(1 + random.Intn(4000)) {
		write(call{"QuoteRune", []any{code}, []any{strconv.QuoteRune(code), strconv.QuoteRuneToASCII(code)}, ""})
	}
	for _, source := range strings.Split("1 t T TRUE true True 0 f F FALSE false False tRUE yes  no", " ") {
		value, err := strconv.ParseBool(source)
		write(call{"ParseBool", []any{source}, value, reason(err)})
	}
}

func join(parts []string, count int) string {
	var result strings.Builder
	for range count {
		result.WriteString(parts[random.Intn(len(parts))])
	}
	return result.String()
}

// number returns a float64: any, an integer, a power of two, a short decimal, a very small one.
func number(i int) float64 {
	switch i % 6 {
	case 0:
		return math.Float64frombits(random.Uint64())
	case 1:
		return float64(random.Int63n(1 << (1 + random.Intn(62))))
	case 2:
		return math.Ldexp(1, random.Intn(2098)-1074)
	case 3:
		return float64(random.Intn(100000)) / math.Pow(10, float64(random.Intn(8)))
	case 4:
		return math.Float64frombits(random.Uint64() >> (12 + random.Intn(40)))
	}
	return -float64(random.Intn(4000)) / 8
}

func hex(value float64) string {
	return strconv.FormatFloat(value, 'x', -1, 64)
}

func reason(err error) string {
	var problem *strconv.NumError
	if errors.As(err, &problem) {
		return problem.Err.Error()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
