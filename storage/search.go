package storage

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
	"example.org/beian/workflow/identity"
	"example.org/beian/workflow/roster"
)

// tail is the keyed hash of the last four characters of an identity number, nil without one.
func (s *Store) tail(v workflow.Values) ([]byte, error) {
	number := []rune(identity.NormalNumber(v[workflow.IDNumber]))
	if len(number) < 4 {
		return nil, nil
	}
	return s.hashTail(string(number[len(number)-4:]))
}

func (s *Store) hashTail(four string) ([]byte, error) {
	tag, err := s.sealer.ComputeMAC([]byte("roster tail:" + strings.ToUpper(four)))
	if err != nil {
		return nil, fmt.Errorf("hash end of number: %w", err)
	}
	return tag, nil
}

// Find returns up to limit people that HR looks for, with what is known about them, and how
// many there are.
func (s *Store) Find(ctx context.Context, q roster.Lookup, limit int) ([]workflow.Case, int, error) {
	if err := s.index(ctx); err != nil {
		return nil, 0, err
	}
	ids, err := s.findIDs(ctx, q)
	if err != nil {
		return nil, 0, fmt.Errorf("look people up: %w", err)
	}
	var out []workflow.Case
	err = s.inTx(ctx, func(tx pgx.Tx) error {
		for _, id := range ids[:min(limit, len(ids))] {
			c, err := s.peek(ctx, tx, id, "")
			if err != nil {
				return err
			}
			out = append(out, c)
		}
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("look people up: %w", err)
	}
	return out, len(ids), nil
}

const latestFiling = `left join lateral (select id, state, open, step, notice_until, overdue, sealed
	from filing x where x.person_id = p.id order by created_at desc limit 1) f on true`

// stateFilter is what a word for a state means in the tables; f is the newest filing, c the
// current certificate, $1 today.
func stateFilter(state string) string {
	switch state {
	case roster.LookupIdle:
		return `c.id is not null and (f.id is null or not f.open or f.state in ('ELIGIBLE', 'INELIGIBLE', 'NEW'))`
	case roster.LookupEditing:
		return `f.open and f.state in ('DRAFT', 'SAVED', 'READY')`
	case roster.LookupNotice:
		return `f.open and f.notice_until is not null and f.state in ('SAVED', 'READY', 'RETURNED')`
	case roster.LookupReviewing:
		return `f.open and f.step <> ''`
	case roster.LookupOfficial:
		return `f.state in ('SUBMITTED', 'REVIEWING')`
	case roster.LookupReturned:
		return `f.open and f.state = 'RETURNED'`
	case roster.LookupDone:
		return `f.state in ('APPROVED', 'DONE')`
	case roster.LookupOverdue:
		return `c.ends_on < $1`
	}
	return `false`
}

func (s *Store) findIDs(ctx context.Context, q roster.Lookup) ([]string, error) {
	var rows pgx.Rows
	var err error
	switch {
	case q.Tail != "":
		var tag []byte
		if tag, err = s.hashTail(q.Tail); err == nil {
			rows, err = s.pool.Query(ctx, `select p.id from certificate c join person p on p.id = c.person_id
				where c.current and c.tail = $1 and p.active order by p.name, p.id`, tag)
		}
	case q.State != "":
		var args []any
		if q.State == roster.LookupOverdue {
			args = append(args, column(q.Until))
		}
		rows, err = s.pool.Query(ctx, `select p.id from person p left join certificate c on c.person_id = p.id
			and c.current `+latestFiling+`
			where p.active and `+stateFilter(q.State)+` order by c.ends_on nulls last, p.id`, args...)
	default:
		word := strings.TrimSpace(q.Word)
		like := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word)
		latin := strings.ToLower(strings.NewReplacer(" ", "", "'", "", "-", "").Replace(like))
		rows, err = s.pool.Query(ctx, `
			with hit as (
				select id, 0 as far from person where id = $1
				union all select id, 1 from person where name = $1
				union all select id, 2 from person where name like $2 || '%'
				union all select person_id, 3 from spelling where word = $3
				union all select person_id, 4 from spelling where word like $3 || '%' and length($3) > 1
				union all select id, 5 from person where college_id in (select id from college
				where name like '%' || $2 || '%') and length($2) > 1
				union all select person_id, 0 from filing where id = upper($1))
			select p.id from hit h join person p on p.id = h.id where p.active group by p.id
			order by min(h.far), p.name, p.id`, word, like, latin)
	}
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// index fills in what people are found by where it is missing: for those who were there
// before this could be searched, and after a change of keys. That is looked at once for a key.
func (s *Store) index(ctx context.Context) error {
	current, err := s.hashTail("")
	if err != nil {
		return err
	}
	const keyPrefix = 5 // of a Tink tag: which key made it
	key := string(current[:keyPrefix])
	if s.indexed.Load() == key {
		return nil
	}
	if err := s.fillIndex(ctx, current, key); err != nil {
		return err
	}
	s.indexed.Store(key)
	return nil
}

func (s *Store) fillIndex(ctx context.Context, current []byte, key string) error {
	fail := func(err error) error { return fmt.Errorf("index people: %w", err) }
	rows, err := s.pool.Query(ctx, `select id, name from person p where not exists (select 1 from spelling s
		where s.person_id = p.id)`)
	if err != nil {
		return fail(err)
	}
	people, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p workflow.Person, err error) {
		return p, row.Scan(&p.ID, &p.Name)
	})
	if err != nil {
		return fail(err)
	}
	rows, err = s.pool.Query(ctx, certificateQuery+` where current and (tail is null or substring(tail
		from 1 for 5) <> $1)`, []byte(key))
	if err != nil {
		return fail(err)
	}
	certs, err := pgx.CollectRows(rows, s.scanCertificate)
	if err != nil {
		return fail(err)
	}
	var b pgx.Batch
	for _, p := range people {
		queueSpelling(&b, p)
	}
	for _, c := range certs {
		tag, err := s.tail(c.Values)
		if err != nil {
			return err
		}
		if tag == nil {
			tag = current // no number: found by nobody, and not computed again
		}
		b.Queue(`update certificate set tail = $2 where id = $1`, c.ID, tag)
	}
	if b.Len() == 0 {
		return nil
	}
	if err := s.inTx(ctx, func(tx pgx.Tx) error { return tx.SendBatch(ctx, &b).Close() }); err != nil {
		return fail(err)
	}
	return nil
}

// Listed calls fn for everybody on the list of certificates that the filter lets through,
// the certificate that ends first first. Values of the form are not loaded.
func (s *Store) Listed(ctx context.Context, q roster.Lookup, fn func(workflow.Case) error) error {
	rows, err := s.pool.Query(ctx, `
		select p.id, p.name, k.id, k.name, c.id, c.category, c.recognised_on, c.printed_end, c.mismatch, f.id, f.sealed
		from certificate c join person p on p.id = c.person_id join college k on k.id = p.college_id `+latestFiling+`
		where c.current and p.active and ($1 = '' or p.college_id = $1) and ($2::date is null or c.ends_on <= $2)
		order by c.ends_on, p.id`, q.College, dateOrNil(q.Until))
	if err != nil {
		return fmt.Errorf("list certificates: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		c, err := s.scanListed(rows)
		if err != nil {
			return fmt.Errorf("list certificates: %w", err)
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list certificates: %w", err)
	}
	return nil
}
