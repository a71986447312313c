package storage

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
)

// Roster is the list of colleges, people and certificates that HR keeps.
type Roster struct {
	Colleges     []workflow.College
	People       []workflow.Person
	Certificates []workflow.Certificate
}

// Import adds or updates everything on the roster. It can be repeated. A filing that
// has begun keeps the certificate as it was then; it is part of its first event.
func (s *Store) Import(ctx context.Context, r Roster) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		var b pgx.Batch
		for _, c := range r.Colleges {
			b.Queue(`insert into college (id, name) values ($1, $2) on conflict (id) do update
				set name = excluded.name`, c.ID, c.Name)
		}
		for _, p := range r.People {
			queuePerson(&b, p)
		}
		for _, c := range r.Certificates {
			if err := s.queueCertificate(&b, c); err != nil {
				return err
			}
		}
		return tx.SendBatch(ctx, &b).Close()
	})
	if err != nil {
		return fmt.Errorf("import roster: %w", err)
	}
	return nil
}

func queuePerson(b *pgx.Batch, p workflow.Person) {
	b.Queue(`insert into person (id, name, college_id) values ($1, $2, $3)
		on conflict (id) do update set name = excluded.name, college_id = excluded.college_id,
		active = true`, p.ID, p.Name, p.College)
	queueSpelling(b, p)
	queueGrants(b, p)
}

// queueSpelling makes a person findable by what the name sounds like.
func queueSpelling(b *pgx.Batch, p workflow.Person) {
	b.Queue(`delete from spelling where person_id = $1`, p.ID)
	b.Queue(`insert into spelling (person_id, word) select $1, unnest($2::text[])`, p.ID, spellings(p.Name))
}

// queueGrants replaces the roles of a person.
func queueGrants(b *pgx.Batch, p workflow.Person) {
	b.Queue(`delete from role_grant where person_id = $1`, p.ID)
	for _, g := range p.Grants {
		b.Queue(`insert into role_grant (person_id, role, college_id, deputy)
			values ($1, $2, $3, $4)`, p.ID, g.Role, g.College, g.Deputy)
	}
}

func (s *Store) queueCertificate(b *pgx.Batch, c workflow.Certificate) error {
	sealed, err := s.seal(c.Values, "certificate:"+c.ID)
	if err != nil {
		return err
	}
	tail, err := s.tail(c.Values)
	if err != nil {
		return err
	}
	// Other dates make other reminders: what was decided under the old ones keeps its place in
	// the ledger under another name.
	b.Queue(`update reminder r set milestone = milestone || '@' || c.ends_on, state = case when r.state = 'queued'
		then 'closed' else r.state end
		from certificate c where c.id = $1 and r.certificate_id = c.id and (c.recognised_on, c.printed_end) is distinct
		from ($2::date, $3::date)`,
		c.ID, column(c.RecognisedOn), dateOrNil(c.PrintedEnd))
	b.Queue(`insert into certificate (id, person_id, category, recognised_on, printed_end, ends_on, unit, mismatch,
		sealed, tail)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (id) do update set category = excluded.category, recognised_on = excluded.recognised_on,
		printed_end = excluded.printed_end,
			ends_on = excluded.ends_on, unit = excluded.unit, mismatch = excluded.mismatch, sealed = excluded.sealed,
			tail = excluded.tail,
			look_on = date '2000-01-01', look_seq = certificate.look_seq + 1`,
		c.ID, c.Person, c.Category, column(c.RecognisedOn), dateOrNil(c.PrintedEnd), column(c.ValidUntil(s.policy)), c.Unit,
		c.Mismatch, sealed, tail)
	return nil
}

// queueRenewed makes c the person's current certificate.
func (s *Store) queueRenewed(b *pgx.Batch, c workflow.Certificate) error {
	b.Queue(`update certificate set current = false where person_id = $1 and current and id <> $2`, c.Person, c.ID)
	return s.queueCertificate(b, c)
}

// queueReinstated makes an earlier certificate current again (T26).
func queueReinstated(b *pgx.Batch, person, certificate string) {
	b.Queue(`update certificate set current = false where person_id = $1 and current and id <> $2`, person, certificate)
	b.Queue(`update certificate set current = true where person_id = $1 and id = $2`, person, certificate)
}

// Holders returns everybody with the role anywhere.
func (s *Store) Holders(ctx context.Context, r workflow.Role) ([]workflow.Person, error) {
	return s.persons(ctx, "load holders of "+string(r), ` join role_grant h on h.person_id = p.id and h.role = $1
		where p.active group by p.id order by p.id`, r)
}

// Names returns the names of the people with the given ids.
func (s *Store) Names(ctx context.Context, ids []string) (map[string]string, error) {
	rows, err := s.pool.Query(ctx, `select id, name from person where id = any($1)`, ids)
	if err != nil {
		return nil, fmt.Errorf("load names: %w", err)
	}
	out := map[string]string{}
	var id, name string
	if _, err := pgx.ForEachRow(rows, []any{&id, &name}, func() error { out[id] = name; return nil }); err != nil {
		return nil, fmt.Errorf("load names: %w", err)
	}
	return out, nil
}

// parseGrants reads role:college:deputy as personQuery writes it.
func parseGrants(rows []string) []workflow.Grant {
	var out []workflow.Grant
	for _, r := range rows {
		role, rest, _ := strings.Cut(r, ":")
		college, deputy, _ := strings.Cut(rest, ":")
		out = append(out, workflow.Grant{Role: workflow.Role(role), College: college, Deputy: deputy == "true"})
	}
	return out
}
