package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Year is the working-day arrangement of one calendar year.
// Days are MM-DD or MM-DD/MM-DD.
type Year struct {
	Year     int      `json:"year"`
	Source   string   `json:"source"`
	Issued   string   `json:"issued,omitempty"`
	Official bool     `json:"official,omitempty"`
	Off      []string `json:"off"`
	Work     []string `json:"work"`
}

// holidayCN is the file of a year in the NateScarlet/holiday-cn data set,
// https://github.com/NateScarlet/holiday-cn.
type holidayCN struct {
	Schema string   `json:"$schema"`
	ID     string   `json:"$id"`
	Year   int      `json:"year"`
	Papers []string `json:"papers"`
	Days   []struct {
		Name     string `json:"name"`
		Date     Date   `json:"date"`
		IsOffDay bool   `json:"isOffDay"`
	} `json:"days"`
}

// ParseYear reads an official arrangement, in the form of the policy's years or in
// that of holiday-cn. What it returns has passed [Year.Check] except for the days
// that are certain.
func ParseYear(data []byte) (Year, error) {
	var y Year
	var probe struct {
		Days *json.RawMessage `json:"days"`
	}
	if err := json.Unmarshal(data, &probe); err != nil {
		return y, fmt.Errorf("read calendar: %w", err)
	}
	if probe.Days == nil {
		if err := strictJSON(data, &y); err != nil {
			return y, fmt.Errorf("read calendar: %w", err)
		}
	} else {
		var h holidayCN
		if err := strictJSON(data, &h); err != nil {
			return y, fmt.Errorf("read calendar in the form of holiday-cn: %w", err)
		}
		y = h.convert()
	}
	y.Official = true
	return y, y.Check(nil)
}

func (h holidayCN) convert() Year {
	y := Year{Year: h.Year}
	if len(h.Papers) > 0 {
		y.Source = h.Papers[0]
	}
	for _, d := range h.Days {
		s := d.Date.String()
		if d.Date.Year == h.Year {
			s = s[len("2006-"):]
		}
		if d.IsOffDay {
			y.Off = append(y.Off, s)
		} else {
			y.Work = append(y.Work, s)
		}
	}
	return y
}

// Check says what is implausible about an official arrangement. certain, if not nil,
// is the provisional arrangement of the same year: its days off must be off.
func (y Year) Check(certain *Year) error {
	if y.Year < 2000 || y.Year > 2100 {
		return fmt.Errorf("年份不对 / not a year: %d", y.Year)
	}
	if len(y.Off) == 0 {
		return fmt.Errorf("%d 年没有一天放假:通知可能还没有发布 / no day off in %d: the notice may not be out yet", y.Year, y.Year)
	}
	days, err := y.Days()
	if err != nil {
		return err
	}
	var errs []error
	for d, work := range days {
		if wd := d.Weekday(); work && wd != 0 && wd != 6 {
			errs = append(errs, fmt.Errorf("%s 不是周末,不会是调休上班日 / is no weekend and cannot be a make-up working day", d))
		}
	}
	if certain != nil {
		sure, err := certain.Days()
		if err != nil {
			return err
		}
		for d := range sure {
			if work, listed := days[d]; !listed || work {
				errs = append(errs, fmt.Errorf("%s 是法定假日,应当放假 / is a statutory holiday and must be off", d))
			}
		}
	}
	c, err := New([]Year{y})
	if err != nil {
		return err
	}
	const fewest, most = 235, 260 // 248 in 2025 and 2026
	if n := c.Workdays(NewDate(y.Year, 1, 1), NewDate(y.Year, 12, 31)); n < fewest || n > most {
		errs = append(errs, fmt.Errorf("%d 年算下来有 %d 个工作日,不合理 / %d would have %d working days", y.Year, n, y.Year, n))
	}
	return errors.Join(errs...)
}

func strictJSON(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}
