package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

type commandTag = pgconn.CommandTag

// mode is what loading a case does besides reading.
type mode int

const (
	lookOnly  mode = iota // nothing
	locking               // lock the person
	recording             // lock, and record the inbound message
)

// subject is whose filing a turn is about: the owner of the named filing, or the
// sender. $1 is the sender, $2 the filing or ”.
const subject = `coalesce((select person_id from filing where id = $2), $1)`

// loadCase reads everything a turn needs in one round trip, behind a lock on the
// person the filing belongs to. When recording, the inbound row is inserted first
// and errSeen is returned when it was there.
func (s *Store) loadCase(ctx context.Context, tx pgx.Tx, in workflow.Inbound, now time.Time, m mode) (workflow.Case,
	error,
) {
	var b pgx.Batch
	if m == recording {
		b.Queue(`insert into inbound (robot, message, person_id, received_at) values ($1, $2, $3, $4) on conflict do nothing`,
			in.Robot, in.Message, in.Person, now)
	}
	forUpdate := ""
	if m != lookOnly {
		forUpdate = " for update"
		b.Queue(`select pg_advisory_xact_lock(hashtextextended(`+subject+`, 0))`, in.Person, in.Filing)
	}
	b.Queue(personQuery+` where p.id = $1 group by p.id`, in.Person)
	b.Queue(personQuery+` where p.id = `+subject+` group by p.id`, in.Person, in.Filing)
	b.Queue(`select version from consent
		where person_id = `+subject+` and withdrawn_at is null and version not like '%/%' order by given_at desc limit 1`,
		in.Person, in.Filing)
	b.Queue(certificateQuery+` where person_id = `+subject+` and current`, in.Person, in.Filing)
	if in.Filing == "" { // two statements, so that each finds its index
		b.Queue(`select id, sealed from filing where person_id = $1 order by created_at desc limit 1`+forUpdate, in.Person)
	} else {
		b.Queue(`select id, sealed from filing where id = $1`+forUpdate, in.Filing)
	}
	b.Queue(`select id, name from college where id = (select college_id from person
		where id = `+subject+`)`, in.Person, in.Filing)
	b.Queue(personQuery+` join role_grant h on h.person_id = p.id and (h.role = 'school_handler'
		or h.role = 'college_handler'
			and h.college_id = (select college_id from person where id = `+subject+`))
		where p.active group by p.id order by bool_or(g.deputy), p.id`, in.Person, in.Filing)
	r := tx.SendBatch(ctx, &b)
	c, err := s.readCase(r, m)
	if cerr := r.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("load case: %w", cerr)
	}
	return c, err
}

// peek loads a case without locks.
func (s *Store) peek(ctx context.Context, tx pgx.Tx, person, filing string) (workflow.Case, error) {
	return s.loadCase(ctx, tx, workflow.Inbound{Person: person, Filing: filing}, time.Time{}, lookOnly)
}

func (s *Store) readCase(r pgx.BatchResults, m mode) (workflow.Case, error) {
	var c workflow.Case
	if m == recording {
		tag, err := r.Exec()
		if err != nil {
			return c, fmt.Errorf("record message: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return c, errSeen
		}
	}
	if m != lookOnly {
		if _, err := r.Exec(); err != nil {
			return c, fmt.Errorf("lock person: %w", err)
		}
	}
	var err error
	if c.Person, c.Known, err = one(r, scanPerson); err != nil {
		return c, fmt.Errorf("load person: %w", err)
	}
	if c.Applicant, _, err = one(r, scanPerson); err != nil {
		return c, fmt.Errorf("load applicant: %w", err)
	}
	if c.Consent, _, err = one(r, pgx.RowTo[string]); err != nil {
		return c, fmt.Errorf("load consent: %w", err)
	}
	if cert, ok, err := one(r, s.scanCertificate); err != nil {
		return c, fmt.Errorf("load certificate: %w", err)
	} else if ok {
		c.Certificate = &cert
	}
	if f, ok, err := one(r, s.scanFiling); err != nil {
		return c, fmt.Errorf("load filing: %w", err)
	} else if ok {
		c.Filing = &f
	}
	if c.College, _, err = one(r, scanCollege); err != nil {
		return c, fmt.Errorf("load college: %w", err)
	}
	return c, s.readHandlers(r, &c)
}

func (s *Store) readHandlers(r pgx.BatchResults, c *workflow.Case) error {
	rows, err := r.Query()
	if err != nil {
		return fmt.Errorf("load handlers: %w", err)
	}
	people, err := pgx.CollectRows(rows, scanPerson)
	if err != nil {
		return fmt.Errorf("load handlers: %w", err)
	}
	for _, p := range people {
		if p.Holds(workflow.CollegeHandler, c.College.ID) {
			c.College.Handlers = append(c.College.Handlers, p)
		}
		if p.Holds(workflow.SchoolHandler, "") {
			c.School = append(c.School, p)
		}
	}
	return nil
}

// one reads the next result of a batch, which has at most one row.
func one[T any](r pgx.BatchResults, scan pgx.RowToFunc[T]) (T, bool, error) {
	rows, err := r.Query()
	if err != nil {
		var zero T
		return zero, false, err
	}
	v, err := pgx.CollectOneRow(rows, scan)
	if errors.Is(err, pgx.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, err
}

const personQuery = `
	select p.id, p.name, p.college_id, p.lang,
	       array_remove(array_agg(distinct g.role || ':' || g.college_id || ':' || g.deputy), null) as grants,
	       ` + absences + `
	from person p left join role_grant g on g.person_id = p.id`

func scanPerson(row pgx.CollectableRow) (workflow.Person, error) {
	var p workflow.Person
	var grants []string
	var away []byte
	if err := row.Scan(&p.ID, &p.Name, &p.College, &p.Lang, &grants, &away); err != nil {
		return p, err
	}
	p.Grants = parseGrants(grants)
	var err error
	p.Absences, err = parseAbsences(p.ID, away)
	return p, err
}

const certificateQuery = `select id, person_id, category, recognised_on, printed_end, unit, mismatch, sealed
	from certificate`

func (s *Store) scanCertificate(row pgx.CollectableRow) (workflow.Certificate, error) {
	var c workflow.Certificate
	var on time.Time
	var end *time.Time
	var sealed []byte
	if err := row.Scan(&c.ID, &c.Person, &c.Category, &on, &end, &c.Unit, &c.Mismatch, &sealed); err != nil {
		return c, err
	}
	c.RecognisedOn = civil(on)
	if end != nil {
		c.PrintedEnd = civil(*end)
	}
	return c, s.unseal(sealed, "certificate:"+c.ID, &c.Values)
}

func (s *Store) scanFiling(row pgx.CollectableRow) (workflow.Filing, error) {
	var id string
	var sealed []byte
	var f workflow.Filing
	if err := row.Scan(&id, &sealed); err != nil {
		return f, err
	}
	return f, s.unseal(sealed, "filing:"+id, &f)
}

func scanCollege(row pgx.CollectableRow) (workflow.College, error) {
	var c workflow.College
	err := row.Scan(&c.ID, &c.Name)
	return c, err
}

// civil turns a date column, which pgx reads as midnight UTC, into a civil date.
func civil(t time.Time) calendar.Date {
	return calendar.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}

// column is the reverse of civil.
func column(d calendar.Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

func dateOrNil(d calendar.Date) *time.Time {
	if d.IsZero() {
		return nil
	}
	t := column(d)
	return &t
}
