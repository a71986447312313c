package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

func (s *Store) scanListed(row pgx.Rows) (workflow.Case, error) {
	var c workflow.Case
	var cert workflow.Certificate
	var on time.Time
	var end *time.Time
	var filing *string
	var sealed []byte
	if err := row.Scan(&c.Applicant.ID, &c.Applicant.Name, &c.College.ID, &c.College.Name, &cert.ID, &cert.Category, &on,
		&end, &cert.Mismatch, &filing, &sealed); err != nil {
		return c, err
	}
	cert.RecognisedOn = civil(on)
	if end != nil {
		cert.PrintedEnd = civil(*end)
	}
	c.Applicant.College, cert.Person, c.Certificate = c.College.ID, c.Applicant.ID, &cert
	if filing == nil {
		return c, nil
	}
	c.Filing = &workflow.Filing{}
	return c, s.unseal(sealed, "filing:"+*filing, c.Filing)
}

// Entries returns what the roster knows about the people with the ids, by id.
func (s *Store) Entries(ctx context.Context, ids []string) (map[string]roster.Entry, error) {
	return s.entries(ctx, s.pool, ids)
}

func (s *Store) entries(ctx context.Context, q querier, ids []string) (map[string]roster.Entry, error) {
	rows, err := q.Query(ctx, personQuery+` where p.id = any($1) group by p.id`, ids)
	if err != nil {
		return nil, fmt.Errorf("load roster: %w", err)
	}
	people, err := pgx.CollectRows(rows, scanPerson)
	if err != nil {
		return nil, fmt.Errorf("load roster: %w", err)
	}
	rows, err = q.Query(ctx, certificateQuery+` where person_id = any($1) and current`, ids)
	if err != nil {
		return nil, fmt.Errorf("load roster: %w", err)
	}
	certs, err := pgx.CollectRows(rows, s.scanCertificate)
	if err != nil {
		return nil, fmt.Errorf("load roster: %w", err)
	}
	out := make(map[string]roster.Entry, len(people))
	for _, p := range people {
		out[p.ID] = roster.Entry{Person: p}
	}
	for _, c := range certs {
		e := out[c.Person]
		e.Certificate = &c
		out[c.Person] = e
	}
	return out, nil
}

// Owners says whose certificates have the numbers.
func (s *Store) Owners(ctx context.Context, numbers []string) (map[string]string, error) {
	return owners(ctx, s.pool, numbers)
}

func owners(ctx context.Context, q querier, numbers []string) (map[string]string, error) {
	rows, err := q.Query(ctx, `select id, person_id from certificate where id = any($1)`, numbers)
	if err != nil {
		return nil, fmt.Errorf("load owners of certificates: %w", err)
	}
	out := map[string]string{}
	var id, person string
	if _, err := pgx.ForEachRow(rows, []any{&id, &person}, func() error { out[id] = person; return nil }); err != nil {
		return nil, fmt.Errorf("load owners of certificates: %w", err)
	}
	return out, nil
}

// Colleges returns all colleges with the number of people and those who act for them.
func (s *Store) Colleges(ctx context.Context) ([]roster.Duty, error) {
	rows, err := s.pool.Query(ctx, `select k.id, k.name, (select count(*) from person p where p.college_id = k.id
		and p.active) from college k order by k.id`)
	if err != nil {
		return nil, fmt.Errorf("load colleges: %w", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d roster.Duty, err error) {
		return d, row.Scan(&d.College.ID, &d.College.Name, &d.People)
	})
	if err != nil {
		return nil, fmt.Errorf("load colleges: %w", err)
	}
	handlers, err := s.Holders(ctx, workflow.CollegeHandler)
	if err != nil {
		return nil, err
	}
	for i, d := range out {
		for _, p := range handlers {
			if p.Holds(workflow.CollegeHandler, d.College.ID) {
				out[i].Handlers = append(out[i].Handlers, p)
			}
		}
	}
	return out, nil
}

// Named returns the people with exactly this userId or name.
func (s *Store) Named(ctx context.Context, word string) ([]workflow.Person, error) {
	return s.persons(ctx, "load people by name", ` where p.active and (p.id = $1 or p.name = $1) group by p.id
		order by p.id`, word)
}

// NamedTail returns the userIds of people with this name whose identity number ends so.
func (s *Store) NamedTail(ctx context.Context, name, tail string) ([]string, error) {
	if err := s.index(ctx); err != nil {
		return nil, err
	}
	tag, err := s.hashTail(tail)
	if err != nil {
		return nil, err
	}
	return s.ids(ctx, "load people by number", `select p.id from person p join certificate c on c.person_id = p.id
		and c.current where p.active and p.name = $1 and c.tail = $2`, name, tag)
}

const shownAll = `insert into access (person_id, viewer_id, what, at) select unnest($1::text[]), $2, $3, $4`

// ShownAll notes that one viewer was shown something about many people.
func (s *Store) ShownAll(ctx context.Context, people []string, viewer, what string, now time.Time) error {
	if _, err := s.pool.Exec(ctx, shownAll, people, viewer, what, now); err != nil {
		return fmt.Errorf("note access: %w", err)
	}
	return nil
}

// Noted records what HR did to the roster as a whole, such as exporting it.
func (s *Store) Noted(ctx context.Context, by, what, detail string, now time.Time) error {
	if _, err := s.pool.Exec(ctx, noteChange, by, what, detail, now); err != nil {
		return fmt.Errorf("note %s: %w", what, err)
	}
	return nil
}

const noteChange = `insert into roster_change (by_id, what, detail, at) values ($1, $2, $3, $4)`

// lockLastHR lets one transaction at a time take the role of HR from somebody.
const lockLastHR = `select pg_advisory_xact_lock(hashtextextended('last of hr', 0))`

// errLastHR says that somebody must stay who can change the roster.
var errLastHR = errors.New("the last one of HR stays")

// queueRosterChange writes one change and notes it.
func queueRosterChange(b *pgx.Batch, by string, c workflow.RosterChange, now time.Time) {
	switch {
	case c.Grant != nil:
		g := c.Grant
		b.Queue(`insert into role_grant (person_id, role, college_id, deputy) values ($1, $2, $3, $4)
			on conflict (person_id, role, college_id) do update
			set deputy = excluded.deputy`, c.Person, g.Role, g.College, g.Deputy)
		b.Queue(noteChange, by, "grant", fmt.Sprintf("%s %s %s deputy=%t", c.Person, g.Role, g.College, g.Deputy), now)
	case c.Revoke != nil:
		g := c.Revoke
		b.Queue(lockLastHR)
		b.Queue(`delete from role_grant where person_id = $1 and role = $2 and college_id = $3
			and (role <> 'hr' or exists (select 1 from role_grant o join person p on p.id = o.person_id where o.role = 'hr'
			and p.active and o.person_id <> $1))`, c.Person, g.Role, g.College).
			Exec(func(tag commandTag) error {
				if tag.RowsAffected() == 0 {
					return fmt.Errorf("revoke %s: %w: %w", g.Role, errLastHR, workflow.ErrConflict)
				}
				return nil
			})
		b.Queue(noteChange, by, "revoke", fmt.Sprintf("%s %s %s", c.Person, g.Role, g.College), now)
	case c.College != nil:
		b.Queue(`insert into college (id, name) values ($1, $2) on conflict (id) do update
			set name = excluded.name`, c.College.ID, c.College.Name)
		b.Queue(noteChange, by, "college", c.College.ID+" "+c.College.Name, now)
	}
}
