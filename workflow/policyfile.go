package workflow

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"example.org/beian/workflow/calendar"
)

// PolicyFault is one thing that is wrong with a policy file.
type PolicyFault struct {
	Line    int    // from 1; 0 when it is about the whole file
	Path    string // e.g. notice.working_days or review[1].role
	Problem string // a sentence, Chinese first
}

// Error implements error.
func (f PolicyFault) Error() string {
	if f.Line == 0 {
		return f.Path + ": " + f.Problem
	}
	return fmt.Sprintf("%d: %s: %s", f.Line, f.Path, f.Problem)
}

// shape compares a JSON document with a Go type and remembers on which line each
// value is: encoding/json names neither the line of an unknown key nor more than one.
type shape struct {
	data   []byte
	dec    *json.Decoder
	lines  map[string]int
	faults []error
}

// checkShape walks the whole document; it returns the line of every value by its path.
func checkShape(data []byte, t reflect.Type) (map[string]int, []error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // as Windows editors write
	s := &shape{data: data, dec: json.NewDecoder(bytes.NewReader(data)), lines: map[string]int{}}
	s.dec.UseNumber()
	err := s.value(t, "")
	if err == nil && len(bytes.TrimSpace(data[s.dec.InputOffset():])) > 0 {
		s.faults = append(s.faults, PolicyFault{s.here(), "JSON", "后面还有内容 / there is something after the end"})
	}
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		s.faults = append(s.faults, PolicyFault{s.lineAt(syntax.Offset - 1), "JSON", s.misplaced(syntax)})
	case err != nil:
		s.faults = append(s.faults, PolicyFault{s.lineAt(s.dec.InputOffset()), "JSON", "没有写完 / " + err.Error()})
	}
	return s.lines, s.faults
}

// misplaced names the character that JSON does not expect, as it is written: a
// full-width comma looks like a comma.
func (s *shape) misplaced(e *json.SyntaxError) string {
	for i := max(int(e.Offset)-2, 0); i <= int(e.Offset)+1 && i < len(s.data); i++ { // the offset is before or behind it
		if r, n := utf8.DecodeRune(s.data[i:]); n > 1 {
			return fmt.Sprintf("这里不能有「%c」,标点要用半角 / unexpected %q, use half-width punctuation", r, r)
		}
	}
	return "写法不对 / " + e.Error()
}

func (s *shape) lineAt(offset int64) int {
	return 1 + bytes.Count(s.data[:min(int(offset), len(s.data))], []byte("\n"))
}

// here is the line of the next token.
func (s *shape) here() int {
	rest := s.data[s.dec.InputOffset():]
	skipped := len(rest) - len(bytes.TrimLeft(rest, " \t\r\n,:"))
	return s.lineAt(s.dec.InputOffset() + int64(skipped))
}

func (s *shape) fault(path, problem string) {
	s.faults = append(s.faults, PolicyFault{s.lines[path], path, problem})
}

// value reads one value that should have the type t; a nil t is skipped.
func (s *shape) value(t reflect.Type, path string) error {
	s.lines[path] = s.here()
	tok, err := s.dec.Token()
	if err != nil {
		return err
	}
	switch tok {
	case json.Delim('{'):
		return s.object(t, path)
	case json.Delim('['):
		return s.array(t, path)
	}
	if t != nil {
		s.scalar(tok, t, path)
	}
	return nil
}

func (s *shape) object(t reflect.Type, path string) error {
	if t != nil && t.Kind() != reflect.Struct && t.Kind() != reflect.Map {
		s.fault(path, "不应是 {…} / must not be an object")
		t = nil
	}
	for s.dec.More() {
		line := s.here()
		key, err := s.dec.Token()
		if err != nil {
			return err
		}
		name := fmt.Sprint(key)
		sub := strings.TrimPrefix(path+"."+name, ".")
		if _, dup := s.lines[sub]; dup {
			s.faults = append(s.faults, PolicyFault{line, sub, "写了两次 / is there twice"})
		}
		var elem reflect.Type
		switch {
		case t == nil:
		case t.Kind() == reflect.Map:
			elem = t.Elem()
		default:
			var known bool
			if elem, known = jsonField(t, name); !known {
				s.faults = append(s.faults, PolicyFault{line, sub, "没有这一项,请检查拼写 / unknown key"})
			}
		}
		if err := s.value(elem, sub); err != nil {
			return err
		}
	}
	_, err := s.dec.Token()
	return err
}

func (s *shape) array(t reflect.Type, path string) error {
	var elem reflect.Type
	switch {
	case t == nil:
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		elem = t.Elem()
	default:
		s.fault(path, "不应是 […] / must not be a list")
	}
	n := 0
	for ; s.dec.More(); n++ {
		if err := s.value(elem, fmt.Sprintf("%s[%d]", path, n)); err != nil {
			return err
		}
	}
	if t != nil && t.Kind() == reflect.Array && n != t.Len() {
		s.fault(path, fmt.Sprintf("应有 %d 个值 / must have %d values", t.Len(), t.Len()))
	}
	_, err := s.dec.Token()
	return err
}

func (s *shape) scalar(tok json.Token, t reflect.Type, path string) {
	ok := false
	switch v := tok.(type) {
	case string:
		ok = t.Kind() == reflect.String
		if u, isText := reflect.New(t).Interface().(encoding.TextUnmarshaler); isText {
			ok = u.UnmarshalText([]byte(v)) == nil
		}
	case json.Number:
		_, err := v.Int64()
		ok = t.Kind() == reflect.Int && err == nil
	case bool:
		ok = t.Kind() == reflect.Bool
	}
	if !ok {
		s.fault(path, "应是"+wanted(t))
	}
}

// wanted says what belongs into a value of type t.
func wanted(t reflect.Type) string {
	if t == reflect.TypeFor[calendar.Date]() {
		return "日期,例如 2027-01-20 / must be a date such as 2027-01-20"
	}
	switch t.Kind() {
	case reflect.Int:
		return "整数 / must be a whole number"
	case reflect.Bool:
		return " true 或 false / must be true or false"
	case reflect.String:
		return "文字 / must be a text"
	case reflect.Slice, reflect.Array:
		return " […] / must be a list"
	}
	return " {…} / must be an object"
}

// jsonField finds the field of a struct that a key names.
func jsonField(t reflect.Type, name string) (reflect.Type, bool) {
	for i := range t.NumField() {
		tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if tag == name {
			return t.Field(i).Type, true
		}
	}
	return nil, false
}
