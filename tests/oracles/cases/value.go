package cases

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// The types that a tag or an element of a typed slice or map can name.
var types = map[string]reflect.Type{
	"int": reflect.TypeFor[int](), "int8": reflect.TypeFor[int8](), "int16": reflect.TypeFor[int16](),
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
	"uint": reflect.TypeFor[uint](), "uint8": reflect.TypeFor[uint8](), "uint16": reflect.TypeFor[uint16](),
	"uint32": reflect.TypeFor[uint32](), "uint64": reflect.TypeFor[uint64](), "uintptr": reflect.TypeFor[uintptr](),
	"string": reflect.TypeFor[string](), "bool": reflect.TypeFor[bool](), "float64": reflect.TypeFor[float64](),
	"interface {}": reflect.TypeFor[any](), "json.Number": reflect.TypeFor[json.Number](),
}

// Decode turns JSON into Go's values; tests/template/cases.py describes its form.
func Decode(data any) any {
	switch data := data.(type) {
	case []any:
		list := make([]any, len(data))
		for i, item := range data {
			list[i] = Decode(item)
		}
		return list
	case map[string]any:
		if name, ok := data["typed"].(string); ok && len(data) == 2 {
			return typed(name, data)
		}
		if len(data) == 1 {
			for tag, inner := range data {
				if value, ok := tagged(tag, inner); ok {
					return value
				}
			}
		}
		return plain(data)
	}
	return data
}

func plain(data map[string]any) map[string]any {
	result := make(map[string]any, len(data))
	for key, value := range data {
		result[key] = Decode(value)
	}
	return result
}

// tagged returns the value of {tag: data}, and whether it is a tag at all.
func tagged(tag string, data any) (any, bool) {
	text, _ := data.(string)
	switch tag {
	case "nil":
		return nil, true
	case "string":
		return text, true
	case "number":
		return json.Number(text), true
	case "float":
		return float(text), true
	case "complex":
		parts := data.([]any)
		return complex(float(parts[0].(string)), float(parts[1].(string))), true
	case "bytes":
		return unbase64(text), true
	case "raw":
		return string(unbase64(text)), true
	case "list":
		return Decode(data.([]any)), true
	case "map":
		return plain(data.(map[string]any)), true
	case "func":
		return functions[text], true
	}
	if kind, ok := types[tag]; ok && strings.Contains(tag, "int") && kind.Kind() != reflect.Interface {
		return integer(text, kind).Interface(), true
	}
	return nil, false
}

func float(text string) float64 {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil && !strings.Contains(err.Error(), "range") {
		panic(err)
	}
	return value
}

func unbase64(text string) []byte {
	value, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return value
}

func integer(text string, kind reflect.Type) reflect.Value {
	value := reflect.New(kind).Elem()
	if strings.HasPrefix(kind.String(), "u") {
		number, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			panic(err)
		}
		value.SetUint(number)
		return value
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(err)
	}
	value.SetInt(number)
	return value
}

// named returns the type of a name such as map[string][]int.
func named(name string) reflect.Type {
	if kind, ok := types[name]; ok {
		return kind
	}
	if rest, ok := strings.CutPrefix(name, "[]"); ok {
		return reflect.SliceOf(named(rest))
	}
	if rest, ok := strings.CutPrefix(name, "map["); ok {
		key, element, _ := strings.Cut(rest, "]")
		return reflect.MapOf(named(key), named(element))
	}
	panic(fmt.Sprintf("unknown type %q", name))
}

func typed(name string, data map[string]any) any {
	kind := named(name)
	if _, ok := data["nil"]; ok {
		return reflect.Zero(kind).Interface()
	}
	if items, ok := data["list"].([]any); ok {
		list := reflect.MakeSlice(kind, 0, len(items))
		for _, item := range items {
			list = reflect.Append(list, fitted(item, kind.Elem()))
		}
		return list.Interface()
	}
	result := reflect.MakeMap(kind)
	for _, pair := range data["map"].([]any) {
		result.SetMapIndex(fitted(pair.([]any)[0], kind.Key()), fitted(pair.([]any)[1], kind.Elem()))
	}
	return result.Interface()
}

// fitted gives an element the type of the slice or map that it stands in.
func fitted(data any, kind reflect.Type) reflect.Value {
	value := Decode(data)
	if value == nil {
		return reflect.Zero(kind)
	}
	if number, ok := value.(json.Number); ok && kind != types["json.Number"] && kind != types["interface {}"] {
		if kind == types["float64"] {
			return reflect.ValueOf(float(string(number)))
		}
		return integer(string(number), kind)
	}
	return reflect.ValueOf(value).Convert(kind)
}
