package workbook

import (
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
	"example.org/beian/workflow/roster"
	"example.org/beian/workflow/typed"
)

// Roster reads the rows as people of a roster, one after the other, so that not all are in
// memory. colleges are the ids by name. Rows with a fault are left out; the faults are in the
// table.
func (t *Table) Roster(colleges map[string]string, today calendar.Date) iter.Seq[roster.Row] {
	return func(yield func(roster.Row) bool) {
		people, numbers := map[string]int{}, map[string]int{}
		wrong := t.Wrong()
		for _, r := range t.Rows {
			before := len(t.Faults)
			row := t.person(r, colleges, today)
			t.once(r.Line, ColumnPerson, row.Person, people)
			t.once(r.Line, ColumnNumber, row.Number, numbers)
			if len(t.Faults) == before && !wrong[r.Line] && !yield(row) {
				return
			}
		}
	}
}

// once faults a value that an earlier row has.
func (t *Table) once(line int, column, value string, seen map[string]int) {
	if value == "" {
		return
	}
	if at, twice := seen[value]; twice {
		t.fault(line, column, Twice, at)
		return
	}
	seen[value] = line
}

// userID is what DingTalk's ids look like.
var userID = regexp.MustCompile(`^[0-9A-Za-z_.@-]{1,64}$`)

func (t *Table) person(r Row, colleges map[string]string, today calendar.Date) roster.Row {
	row := roster.Row{
		Line: r.Line, Person: t.get(r, ColumnPerson), Name: identity.NormalName(t.get(r, ColumnName)),
		Unit: typed.Clean(t.get(r, ColumnUnit)),
	}
	row.Number = typed.Clean(t.get(r, ColumnNumber))
	if row.Person == "" {
		t.fault(r.Line, ColumnPerson, Missing)
	} else if !userID.MatchString(row.Person) {
		t.fault(r.Line, ColumnPerson, BadUserID)
	}
	if row.Name == "" {
		t.fault(r.Line, ColumnName, Missing)
	}
	if fd, _ := workflow.FieldOf(workflow.Name); len([]rune(row.Name)) > fd.MaxRunes {
		t.fault(r.Line, ColumnName, TooLong, fd.MaxRunes)
	}
	if name := typed.Clean(t.get(r, ColumnCollege)); name != "" {
		if row.College = colleges[name]; row.College == "" {
			t.fault(r.Line, ColumnCollege, NoCollege, name)
		}
	}
	t.roles(r, &row, colleges)
	if c := strings.ToUpper(strings.TrimSuffix(typed.Clean(t.get(r, ColumnCategory)), "类")); c != "" {
		row.Category = c
	}
	row.RecognisedOn, row.PrintedEnd = t.date(r, ColumnRecognised, today, false), t.date(r, ColumnEnd, today, true)
	t.values(r, &row, today)
	t.certificate(r.Line, row, today)
	return row
}

// roles reads "学院经办人、人事处"; another college than the person's own stands behind a colon.
func (t *Table) roles(r Row, row *roster.Row, colleges map[string]string) {
	for _, word := range strings.FieldsFunc(t.get(r, ColumnRole), func(c rune) bool {
		return strings.ContainsRune("、,，;；/\n", c)
	}) {
		word, where, _ := strings.Cut(strings.ReplaceAll(typed.Clean(word), "：", ":"), ":")
		g, ok := RoleNamed(strings.TrimSpace(word))
		if !ok {
			t.fault(r.Line, ColumnRole, NoRole, word)
			continue
		}
		if g.Role == workflow.CollegeHandler {
			if g.College = row.College; where != "" {
				g.College = colleges[strings.TrimSpace(where)]
			}
			if g.College == "" {
				t.fault(r.Line, ColumnRole, RoleWhere)
				continue
			}
		}
		row.Grants = append(row.Grants, g)
	}
}

// date reads a date as text or as Excel keeps it; the day must be there.
func (t *Table) date(r Row, column string, today calendar.Date, future bool) calendar.Date {
	s := t.serial(t.get(r, column))
	if s == "" {
		return calendar.Date{}
	}
	d, assumed, ok := calendar.ReadDate(s, today)
	switch {
	case !ok || assumed:
		t.fault(r.Line, column, BadDate, s)
		return calendar.Date{}
	case !future && d.After(today):
		t.fault(r.Line, column, Future, d.String())
	}
	return d
}

// serial turns the number by which Excel keeps a date into a date.
func (t *Table) serial(s string) string {
	const from, to = 10_000, 80_000 // 1927 to 2119
	whole, rest, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < from || n > to || strings.Trim(rest, "0123456789") != "" {
		return s
	}
	at, err := excelize.ExcelDateToTime(float64(n), t.date1904)
	if err != nil {
		return s
	}
	return calendar.NewDate(at.Year(), at.Month(), at.Day()).String()
}

// values reads the fields of the form as the chat would.
func (t *Table) values(r Row, row *roster.Row, today calendar.Date) {
	for _, c := range Columns() {
		fd, ok := workflow.FieldOf(c.Field)
		text := t.get(r, c.Label)
		if !ok || text == "" {
			continue
		}
		if fd.Kind == workflow.KindDate {
			text = t.serial(text)
		}
		got, fault := workflow.Read(fd, text, today)
		switch {
		case fault == nil:
		case fault.Code == workflow.FaultOption && (fd.Local || fd.Identity):
			got.Value = typed.Clean(text) // the official system may have more than we know
		default:
			t.readFault(r.Line, c.Label, fd, fault)
			continue
		}
		if got.Value == "" {
			continue
		}
		if row.Values == nil {
			row.Values = workflow.Values{}
		}
		row.Values[fd.Key] = roster.Normal(fd.Key, got.Value)
	}
	t.identity(r.Line, *row, today)
}

func (t *Table) readFault(line int, column string, fd workflow.Field, f *workflow.Fault) {
	switch f.Code {
	case workflow.FaultPhone:
		t.fault(line, column, BadPhone)
	case workflow.FaultFuture:
		t.fault(line, column, Future, f.Got)
	case workflow.FaultDate, workflow.FaultMonth:
		t.fault(line, column, BadDate, f.Got)
	case workflow.FaultLong:
		t.fault(line, column, TooLong, fd.MaxRunes)
	default:
		t.fault(line, column, BadOption, f.Got, strings.Join(fd.Options[:min(len(fd.Options), 6)], "、"))
	}
}

// faulted reports whether the cell has been found wrong already.
func (t *Table) faulted(line int, column string) bool {
	return t.rounded[fmt.Sprint(line, " ", column)]
}

// identity checks an identity number by the rules of its kind. Only a number that cannot be
// is a fault; one that is unusual is HR's to judge.
func (t *Table) identity(line int, row roster.Row, today calendar.Date) {
	number := row.Values[workflow.IDNumber]
	fd, _ := workflow.FieldOf(workflow.IDNumber)
	if number == "" || t.faulted(line, fd.Label) {
		return
	}
	kind := row.Values[workflow.IDType]
	digits := strings.Trim(number, "0123456789X") == ""
	if kind == "" && digits && len(number) >= 15 {
		kind = identity.ResidentCard
	}
	if kind == "" {
		return
	}
	if f := identity.Check(kind, number, today); f.Severity == identity.Hard {
		t.fault(line, fd.Label, BadNumber)
	}
}

// certificate has the certificate of a row checked as the import of a file does, where the
// row has all of it.
func (t *Table) certificate(line int, row roster.Row, today calendar.Date) {
	if row.Category == "" || row.RecognisedOn.IsZero() || row.RecognisedOn.After(today) {
		if fd, _ := workflow.FieldOf(workflow.Category); row.Category != "" &&
			!strings.Contains(strings.Join(fd.Options, ""), row.Category) {
			t.fault(line, ColumnCategory, BadOption, row.Category, strings.Join(fd.Options, "、"))
		}
		return
	}
	c := workflow.Certificate{
		ID: row.Number, Category: row.Category, RecognisedOn: row.RecognisedOn,
		PrintedEnd: row.PrintedEnd,
	}
	for _, s := range c.Faults(today) {
		t.fault(line, "", Unlikely, s)
	}
}

// Status is one row of a workbook of statuses.
type Status struct {
	Line               int
	Person, Name, Tail string
	Text               string
	On                 calendar.Date
}

// ReadStatuses reads the rows as official statuses.
func (t *Table) ReadStatuses(today calendar.Date) []Status {
	seen := map[string]int{}
	wrong := t.Wrong()
	var out []Status
	for _, r := range t.Rows {
		before := len(t.Faults)
		s := Status{
			Line: r.Line, Person: t.get(r, ColumnPerson), Name: identity.NormalName(t.get(r, ColumnName)),
			Tail: strings.ToUpper(typed.Clean(t.get(r, ColumnTail))), Text: typed.Clean(t.get(r, ColumnStatus)),
		}
		if n := len(s.Tail); n > 0 && n < 4 && strings.Trim(s.Tail, "0123456789X") == "" { // Excel drops leading zeros
			s.Tail = strings.Repeat("0", 4-n) + s.Tail
		}
		s.On = t.date(r, ColumnDate, today, false)
		const longest = 100
		switch {
		case s.Text == "":
			t.fault(r.Line, ColumnStatus, Missing)
		case len([]rune(s.Text)) > longest:
			t.fault(r.Line, ColumnStatus, TooLong, longest)
		}
		key := s.Person
		if key == "" {
			key = s.Name + " " + s.Tail
			if s.Name == "" || len(s.Tail) != 4 {
				t.fault(r.Line, ColumnPerson, Missing)
			}
		}
		t.once(r.Line, ColumnPerson, key, seen)
		if len(t.Faults) == before && !wrong[r.Line] {
			out = append(out, s)
		}
	}
	return out
}
