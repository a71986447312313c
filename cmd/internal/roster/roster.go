// Package roster reads the list of colleges, people and certificates from a JSON
// file, for the first import and for the demo.
package roster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"example.org/beian/storage"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
	"example.org/beian/workflow/roster"
)

// file is the form of a roster. Values holds the last recognition by field key;
// defaults fill what a certificate does not name.
type file struct {
	Defaults workflow.Values `json:"defaults"`
	Colleges []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"colleges"`
	People []person `json:"people"`
}

type person struct {
	ID          string       `json:"id"` // DingTalk userId
	Name        string       `json:"name"`
	College     string       `json:"college"`
	Title       string       `json:"title"` // shown by the demo's address book only
	Roles       []role       `json:"roles"`
	Certificate *certificate `json:"certificate"`
}

type role struct {
	Role    workflow.Role `json:"role"`
	College string        `json:"college"`
	Deputy  bool          `json:"deputy"`
}

type certificate struct {
	ID           string              `json:"id"`
	Category     string              `json:"category"`
	RecognisedOn calendar.Date       `json:"recognised_on"`
	PrintedEnd   calendar.Date       `json:"valid_until"`
	Unit         string              `json:"unit"`
	Mismatch     workflow.Ineligible `json:"mismatch"`
	Values       workflow.Values     `json:"values"`
}

// Read reads a roster strictly and checks it as of today: every fault is named. Names
// and numbers are brought into one form.
func Read(r io.Reader, today calendar.Date) (storage.Roster, error) {
	f, err := decode(r)
	if err != nil {
		return storage.Roster{}, err
	}
	var out storage.Roster
	colleges := map[string]bool{}
	for _, c := range f.Colleges {
		colleges[c.ID] = true
		out.Colleges = append(out.Colleges, workflow.College{ID: c.ID, Name: c.Name})
	}
	var errs []error
	seen := map[string]bool{}
	for _, p := range f.People {
		if err := p.check(colleges, seen, today); err != nil {
			errs = append(errs, err)
			continue
		}
		seen[p.ID] = true
		out.People = append(out.People, p.person())
		if p.Certificate != nil {
			out.Certificates = append(out.Certificates, p.certificate(f.Defaults))
		}
	}
	return out, errors.Join(errs...)
}

func decode(r io.Reader) (file, error) {
	var f file
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return f, fmt.Errorf("read roster: %w", err)
	}
	return f, nil
}

func (p person) check(colleges, seen map[string]bool, today calendar.Date) error {
	switch {
	case p.ID == "" || p.Name == "":
		return fmt.Errorf("roster: person %q needs id and name", p.ID)
	case seen[p.ID]:
		return fmt.Errorf("roster: person %q is there twice", p.ID)
	case !colleges[p.College]:
		return fmt.Errorf("roster: person %q: college %q is not listed", p.ID, p.College)
	}
	for _, r := range p.Roles {
		if !slices.Contains([]workflow.Role{workflow.CollegeHandler, workflow.SchoolHandler, workflow.HR}, r.Role) {
			return fmt.Errorf("roster: person %q: unknown role %q", p.ID, r.Role)
		}
		if r.College != "" && !colleges[r.College] {
			return fmt.Errorf("roster: person %q: role for college %q, which is not listed", p.ID, r.College)
		}
	}
	c := p.Certificate
	if c == nil {
		return nil
	}
	for k := range c.Values {
		if _, ok := workflow.FieldOf(k); !ok {
			return fmt.Errorf("roster: person %q: unknown field %q", p.ID, k)
		}
	}
	if c.ID == "" || c.Category == "" || c.RecognisedOn.IsZero() {
		return fmt.Errorf("roster: person %q: the certificate needs id, category and recognised_on", p.ID)
	}
	var errs []error
	for _, fault := range p.certificate(nil).Faults(today) {
		errs = append(errs, fmt.Errorf("roster: person %q: %s", p.ID, fault))
	}
	return errors.Join(errs...)
}

func (p person) person() workflow.Person {
	out := workflow.Person{ID: p.ID, Name: identity.NormalName(p.Name), College: p.College}
	for _, r := range p.Roles {
		out.Grants = append(out.Grants, workflow.Grant{Role: r.Role, College: r.College, Deputy: r.Deputy})
	}
	return out
}

func (p person) certificate(defaults workflow.Values) workflow.Certificate {
	c := p.Certificate
	v := maps.Clone(defaults)
	if v == nil {
		v = workflow.Values{}
	}
	maps.Copy(v, c.Values)
	v[workflow.Name], v[workflow.Category] = p.Name, c.Category
	for k, s := range v {
		v[k] = roster.Normal(k, s)
		if v[k] == "" {
			delete(v, k)
		}
	}
	return workflow.Certificate{
		ID: c.ID, Person: p.ID, Category: c.Category, RecognisedOn: c.RecognisedOn,
		PrintedEnd: c.PrintedEnd, Unit: c.Unit, Mismatch: c.Mismatch, Values: v,
	}
}

// Entry is a person as an address book shows them.
type Entry struct{ ID, Name, Title, College, Kind string }

// Entries reads the people of a roster for the simulated address book.
func Entries(r io.Reader) ([]Entry, error) {
	f, err := decode(r)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, c := range f.Colleges {
		names[c.ID] = c.Name
	}
	var out []Entry
	for _, p := range f.People {
		out = append(out, Entry{p.ID, p.Name, p.Title, names[p.College], p.kind()})
	}
	return out, nil
}

func (p person) kind() string {
	if p.Certificate != nil {
		return "applicant"
	}
	for _, r := range p.Roles {
		if r.Role == workflow.SchoolHandler || r.Role == workflow.HR {
			return "hr"
		}
	}
	return "handler"
}
