package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// candidates selects certificates c of people p as [scanCandidate] reads them: with the state
// of the newest filing, and what was decided and said about them before.
const candidates = `
	select c.id, c.person_id, p.name, p.college_id, p.lang, not p.active, k.name, c.current, c.look_seq, c.recognised_on,
	c.printed_end, c.mismatch,
	       (select state from filing f where f.certificate_id = c.id order by created_at desc limit 1),
	       (select json_agg(json_build_object('milestone', milestone, 'why', reason, 'on', coalesce(told_on,
	(decided_at at time zone 'Asia/Shanghai')::date),
	           'unreached', state = 'unreachable')) from reminder r where r.certificate_id = c.id),
	       c.acknowledged_on, c.asked_on, c.later_on, c.declined_on,
	       (select max(received_at) from inbound i where i.person_id = c.person_id)
	from certificate c join person p on p.id = c.person_id join college k on k.id = p.college_id `

func scanCandidate(row pgx.CollectableRow) (reminder.Candidate, error) {
	var k reminder.Candidate
	var on time.Time
	var end, acknowledged, asked, later, declined, wrote *time.Time
	var state *string
	var ledger []byte
	var current bool
	c := &k.Certificate
	err := row.Scan(&c.ID, &k.Person.ID, &k.Person.Name, &k.Person.College, &k.Person.Lang, &k.Gone, &k.College, &current,
		&k.Seq, &on, &end, &c.Mismatch, &state, &ledger,
		&acknowledged, &asked, &later, &declined, &wrote)
	if err != nil {
		return k, err
	}
	k.Replaced = !current
	c.Person, c.RecognisedOn, c.PrintedEnd = k.Person.ID, civil(on), civilOrZero(end)
	k.Attention = workflow.Attention{
		Acknowledged: civilOrZero(acknowledged), Asked: civilOrZero(asked),
		Later: civilOrZero(later), Declined: civilOrZero(declined),
	}
	if wrote != nil {
		k.Attention.Wrote = calendar.DateOf(*wrote)
	}
	if state != nil {
		k.State = workflow.State(*state)
	}
	if len(ledger) > 0 {
		if err := json.Unmarshal(ledger, &k.Ledger); err != nil {
			return k, fmt.Errorf("read ledger: %w", err)
		}
	}
	return k, nil
}

func civilOrZero(t *time.Time) calendar.Date {
	if t == nil {
		return calendar.Date{}
	}
	return civil(*t)
}

func (s *Store) candidates(ctx context.Context, where string, args ...any) ([]reminder.Candidate, error) {
	rows, err := s.pool.Query(ctx, candidates+where, args...)
	if err != nil {
		return nil, fmt.Errorf("find certificates: %w", err)
	}
	out, err := pgx.CollectRows(rows, scanCandidate)
	if err != nil {
		return nil, fmt.Errorf("find certificates: %w", err)
	}
	return out, nil
}

// Ending returns the current certificates whose validity ends between the two days, the
// first to end first, at most limit. It reads a range of an index.
func (s *Store) Ending(ctx context.Context, from, to calendar.Date, limit int) ([]reminder.Candidate, error) {
	return s.candidates(ctx, `where c.current and c.ends_on between $1 and $2 and p.active order by c.ends_on, c.id
		limit $3`, column(from), column(to), limit)
}

// EachCurrent calls fn for every current certificate, in order.
func (s *Store) EachCurrent(ctx context.Context, fn func(reminder.Candidate) error) error {
	const page = 500
	after := ""
	for {
		found, err := s.candidates(ctx, `where c.current and c.id > $1 order by c.id limit $2`, after, page)
		if err != nil {
			return err
		}
		for _, k := range found {
			if err := fn(k); err != nil {
				return err
			}
		}
		if len(found) < page {
			return nil
		}
		after = found[page-1].Certificate.ID
	}
}

// Rebase makes the daily pass check every certificate again when the rules have changed
// that tell when to check: a policy, or an imported calendar.
func (s *Store) Rebase(ctx context.Context, basis string) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `insert into reminder_basis (basis) values ($1)
			on conflict (one) do update set basis = excluded.basis where reminder_basis.basis <> excluded.basis`, basis)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		_, err = tx.Exec(ctx, `update certificate set look_on = default, look_seq = look_seq + 1 where current`)
		return err
	})
	if err != nil {
		return fmt.Errorf("look at all certificates anew: %w", err)
	}
	return nil
}

// ToCheck returns certificates about which something may be due, at most limit. Its cost
// follows what is due, not the size of the table.
func (s *Store) ToCheck(ctx context.Context, today calendar.Date, limit int) ([]reminder.Candidate, error) {
	return s.candidates(ctx, `where c.current and c.look_on <= $1 order by c.look_on, c.id limit $2`, column(today), limit)
}

// Decide writes what the daily pass decided: the reminders to send, the rungs closed without
// one, and when to check again. Repeating it changes nothing. A reminder that was decided
// earlier and could not be sent yet gives way to a later one.
func (s *Store) Decide(ctx context.Context, today calendar.Date, decided []reminder.Decided, now time.Time) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		var b pgx.Batch
		const row = `insert into reminder (certificate_id, milestone, person_id, channel, due_on, until_on, reason,
			decided_at, state)
			values ($1, $2, $3, 'dingtalk', $4, $5, $6, $7, $8) on conflict do nothing`
		const carrier = `insert into message (person_id, day, topic, state) values ($1, $2, 'person', 'queued')
			on conflict do nothing`
		for _, d := range decided {
			k, a := d.Candidate, d.Agenda
			for _, c := range a.Closed {
				b.Queue(row, k.Certificate.ID, c.Milestone, k.Person.ID, column(c.On), column(c.On), c.Reason, now, "closed")
			}
			if a.Due != nil {
				b.Queue(`update reminder set state = 'closed', reason = $3 where certificate_id = $1 and person_id = $2
					and state = 'queued' and milestone <> $4`,
					k.Certificate.ID, k.Person.ID, reminder.ReasonSuperseded, a.Due.Milestone)
				b.Queue(row, k.Certificate.ID, a.Due.Milestone, k.Person.ID, column(a.Due.On), column(a.Due.Until), a.Due.Reason,
					now, "queued")
				b.Queue(carrier, k.Person.ID, column(today))
			}
			for _, c := range d.Climbs {
				b.Queue(row, k.Certificate.ID, c.Milestone, c.To, column(today), column(c.Until), reminder.ReasonClimb, now,
					"queued")
				if !c.Digest {
					b.Queue(carrier, c.To, column(today))
				}
			}
			b.Queue(`update certificate set look_on = $2 where id = $1
				and look_seq = $3`, k.Certificate.ID, dateOrNil(a.NextCheck), k.Seq) // somebody may have written meanwhile
		}
		return tx.SendBatch(ctx, &b).Close()
	})
	if err != nil {
		return fmt.Errorf("record reminders: %w", err)
	}
	return nil
}

// QueueMessages makes a message of the topic to each of the people on a day, once.
func (s *Store) QueueMessages(ctx context.Context, day calendar.Date, topic reminder.Topic, people []string) error {
	_, err := s.pool.Exec(ctx, `insert into message (person_id, day, topic, state) select unnest($1::text[]), $2, $3,
		'queued' on conflict do nothing`, people, column(day), topic)
	if err != nil {
		return fmt.Errorf("queue messages: %w", err)
	}
	return nil
}

// Post hands the messages of a day to jobs of twenty people each, those that will read the
// same together, and takes over what earlier days could not send. It looks at limit people
// at most and returns at how many; fewer means that none is left.
func (s *Store) Post(ctx context.Context, day calendar.Date, limit int) (int, error) {
	n := 0
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		var b pgx.Batch
		b.Queue(`insert into message (person_id, day, topic, state)
			select distinct person_id, $1::date, 'person', 'queued' from message
			where topic = 'person' and day < $1 and state in ('queued', 'ready', 'sending') on conflict do nothing`, column(day))
		b.Queue(`update message set state = 'dropped', reason = 'postponed' where topic = 'person' and day < $1
			and state in ('queued', 'ready', 'sending')`, column(day))
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			with alike as (
				select m.person_id, case when count(*) = 1 and not exists (select 1 from role_grant g
				where g.person_id = m.person_id)
					then coalesce(min(concat_ws(' ', p.lang, c.ends_on, c.printed_end is null, c.recognised_on, r.reason,
					f.state)) filter (where c.person_id = m.person_id), m.person_id)
					else m.person_id end as text
				from message m join person p on p.id = m.person_id
					left join reminder r on r.person_id = m.person_id and r.state = 'queued'
					left join certificate c on c.id = r.certificate_id
					left join lateral (select state from filing f where f.certificate_id = c.id order by created_at desc
					limit 1) f on true
				where m.day = $1 and m.topic = 'person' and m.state = 'queued'
				group by m.person_id order by text, m.person_id limit $2),
			taken as (update message m set state = 'ready' from alike a where m.person_id = a.person_id and m.day = $1
			and m.topic = 'person' and m.state = 'queued' returning m.person_id)
			select a.person_id, a.text from alike a join taken using (person_id)
			order by a.text, a.person_id`, column(day), limit)
		if err != nil {
			return err
		}
		var jobs []workflow.Effect
		var last string
		var id, alike string
		_, err = pgx.ForEachRow(rows, []any{&id, &alike}, func() error {
			n++
			if t := len(jobs) - 1; t >= 0 && alike == last && len(jobs[t].(reminder.Tell).People) < reminder.MostTold {
				job := jobs[t].(reminder.Tell)
				job.People = append(job.People, id)
				jobs[t] = job
			} else {
				jobs = append(jobs, reminder.Tell{Day: day, Topic: reminder.TopicPerson, People: []string{id}})
			}
			last = alike
			return nil
		})
		if err != nil {
			return err
		}
		if t := len(jobs) - 1; n == limit && t > 0 { // more may come for the last one: left to the next round
			rest := jobs[t].(reminder.Tell).People
			if _, err := tx.Exec(ctx, `update message set state = 'queued' where person_id = any($1) and day = $2
				and topic = 'person'`, rest, column(day)); err != nil {
				return err
			}
			jobs = jobs[:t]
		}
		return s.insertJobs(ctx, tx, jobs)
	})
	if err != nil {
		return 0, fmt.Errorf("post messages: %w", err)
	}
	return n, nil
}

// claimLease is how long whoever claimed a message has to note what became of it, across a
// restart of the database.
const claimLease = 15 * time.Second

// ClaimMessages marks the messages of a job as being sent and returns what they are to say.
// Those that the same job had begun to send are claimed again once the lease is over: their
// process was killed in between. Before, they are an [workflow.ErrConflict].
// Reminders whose time has passed meanwhile are closed.
func (s *Store) ClaimMessages(ctx context.Context, job reminder.Tell, claim int64, now time.Time) ([]reminder.Telling,
	error,
) {
	var out []reminder.Telling
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		var held bool
		err := tx.QueryRow(ctx, `select exists (select 1 from message where person_id = any($1) and day = $2
			and topic = $3 and state = 'sending' and claim = $4
			and claimed_at > clock_timestamp() - $5::interval)`, job.People, column(job.Day), job.Topic, claim, claimLease).
			Scan(&held)
		if err != nil {
			return err
		}
		if held {
			return workflow.ErrConflict
		}
		rows, err := tx.Query(ctx, `update message set state = 'sending', claim = $4, claimed_at = clock_timestamp(),
			attempts = attempts + 1
			where person_id = any($1) and day = $2 and topic = $3 and (state in ('queued', 'ready') or state = 'sending'
			and claim = $4) returning person_id`,
			job.People, column(job.Day), job.Topic, claim)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(ids) == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, `update reminder set state = 'closed', reason = $3 where person_id = any($1)
			and state = 'queued' and until_on < $2`,
			ids, column(calendar.DateOf(now)), reminder.ReasonLate); err != nil {
			return err
		}
		rows, err = tx.Query(ctx, personQuery+` where p.id = any($1) group by p.id order by p.id`, ids)
		if err != nil {
			return err
		}
		people, err := pgx.CollectRows(rows, scanPerson)
		if err != nil {
			return err
		}
		rows, err = tx.Query(ctx, `select deputy_id from absence where deputy_id = any($1) and ended_at is null
			and $2 between from_on and until_on`, ids, column(calendar.DateOf(now)))
		if err != nil {
			return err
		}
		standing, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, p := range people {
			out = append(out, reminder.Telling{Person: p, Acts: len(p.Grants) > 0 || slices.Contains(standing, p.ID)})
		}
		return s.fillTellings(ctx, tx, out, ids)
	})
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return out, nil
}

// fillTellings adds the reminders that wait for each person.
func (s *Store) fillTellings(ctx context.Context, tx pgx.Tx, out []reminder.Telling, people []string) error {
	type waiting struct {
		to, certificate string
		r               reminder.Reminding
	}
	rows, err := tx.Query(ctx, `select person_id, certificate_id, milestone, due_on, reason from reminder
		where person_id = any($1) and state = 'queued' order by due_on, certificate_id`, people)
	if err != nil {
		return err
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (waiting, error) {
		var x waiting
		var on time.Time
		err := row.Scan(&x.to, &x.certificate, &x.r.Milestone, &on, &x.r.Reason)
		x.r.On = civil(on)
		return x, err
	})
	if err != nil || len(found) == 0 {
		return err
	}
	var certificates []string
	for _, x := range found {
		certificates = append(certificates, x.certificate)
	}
	rows, err = tx.Query(ctx, candidates+`where c.id = any($1)`, certificates)
	if err != nil {
		return err
	}
	known, err := pgx.CollectRows(rows, scanCandidate)
	if err != nil {
		return err
	}
	for _, x := range found {
		for _, k := range known {
			if k.Certificate.ID == x.certificate {
				x.r.Candidate = k
			}
		}
		for i := range out {
			if out[i].Person.ID == x.to {
				out[i].Reminders = append(out[i].Reminders, x.r)
			}
		}
	}
	return nil
}

// Delivered writes what became of messages, and of the reminders they carried.
func (s *Store) Delivered(ctx context.Context, job reminder.Tell, d reminder.Delivery, now time.Time) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		var b pgx.Batch
		today := column(calendar.DateOf(now))
		for _, c := range d.Closed {
			b.Queue(`update reminder set state = 'closed', reason = $4 where certificate_id = $1 and milestone = $2
				and person_id = $3 and state = 'queued'`,
				c.Certificate, c.Milestone, c.Person, c.Reason)
		}
		message := func(people []string, state reminder.MessageState, reason string) {
			if len(people) > 0 {
				b.Queue(`update message set state = $4, reason = $5, query_key = nullif($6, ''), sent_at = case
					when $4 = 'sent' then $7::timestamptz end
					where person_id = any($1) and day = $2 and topic = $3
					and state = 'sending'`, people, column(job.Day), job.Topic, state, reason, d.QueryKey, now)
			}
		}
		for _, c := range d.Carried {
			state := "sent"
			if slices.Contains(d.Unreachable, c.Person) {
				state = "unreachable"
			}
			b.Queue(`update reminder set state = $4, sent_at = $5, told_on = $6 where certificate_id = $1 and milestone = $2
				and person_id = $3 and state = 'queued'`,
				c.Certificate, c.Milestone, c.Person, state, now, today)
		}
		if job.Topic == reminder.TopicDigest && len(d.Sent) > 0 { // it names everybody who has not answered
			b.Queue(`update reminder set state = 'sent', sent_at = $2, told_on = $3 where person_id = any($1)
				and state = 'queued' and reason = 'climb'`, d.Sent, now, today)
		}
		for _, v := range d.Shown {
			b.Queue(shownAll, v.About, v.Reader, v.What, now)
		}
		message(d.Sent, reminder.MessageSent, "")
		message(d.Unreachable, reminder.MessageUnreachable, d.Reason)
		message(d.Dropped, reminder.MessageDropped, "")
		message(d.Later, reminder.MessageReady, d.Reason)
		message(d.Dead, reminder.MessageDead, d.Reason)
		if len(d.Unreachable) > 0 { // who cannot be reached is passed on at once
			b.Queue(`update certificate set look_on = least(look_on, $2::date), look_seq = look_seq + 1 where current
				and person_id = any($1)`, d.Unreachable, today)
		}
		if b.Len() == 0 {
			return nil
		}
		return tx.SendBatch(ctx, &b).Close()
	})
	if err != nil {
		return fmt.Errorf("record delivery: %w", err)
	}
	return nil
}

// queueAttention stores what a person has said about their reminders, and lets the next
// pass look at the certificate again.
func queueAttention(b *pgx.Batch, certificate string, a workflow.Attention) {
	b.Queue(`update certificate set acknowledged_on = $2, asked_on = $3, later_on = $4, declined_on = $5,
		look_on = default, look_seq = look_seq + 1 where id = $1`,
		certificate, dateOrNil(a.Acknowledged), dateOrNil(a.Asked), dateOrNil(a.Later), dateOrNil(a.Declined))
}

// Told returns what a person was last reminded of: the reminders of the newest message that
// carried any, with their certificates.
func (s *Store) Told(ctx context.Context, person string) (reminder.Told, error) {
	// A message may be read, and asked about, before the note that it was sent is written.
	rows, err := s.pool.Query(ctx, `
		with told as (select certificate_id, milestone, due_on, reason, told_on from reminder where person_id = $1
		and state = 'sent'
			union all select r.certificate_id, r.milestone, r.due_on, r.reason, m.day from reminder r
			join message m on m.person_id = r.person_id
				where r.person_id = $1 and r.state = 'queued' and m.topic = 'person' and m.state = 'sending')
		select * from told where told_on = (select max(told_on) from told) order by due_on`, person)
	if err != nil {
		return reminder.Told{}, fmt.Errorf("look up reminders: %w", err)
	}
	var out reminder.Told
	var certificates []string
	var certificate string
	var r reminder.Reminding
	var on, told time.Time
	_, err = pgx.ForEachRow(rows, []any{&certificate, &r.Milestone, &on, &r.Reason, &told}, func() error {
		r.On, r.Candidate.Certificate.ID, out.On = civil(on), certificate, civil(told)
		out.Reminders, certificates = append(out.Reminders, r), append(certificates, certificate)
		return nil
	})
	if err != nil || len(certificates) == 0 {
		return out, err
	}
	known, err := s.candidates(ctx, `where c.id = any($1)`, certificates)
	for _, k := range known {
		for i := range out.Reminders {
			if out.Reminders[i].Candidate.Certificate.ID == k.Certificate.ID {
				out.Reminders[i].Candidate = k
			}
		}
	}
	return out, err
}

// Silent returns whose certificates had to be brought to somebody else's attention and who
// have done nothing since, and Unreachable those whom DingTalk did not deliver to; at most limit.
func (s *Store) Silent(ctx context.Context, today calendar.Date, limit int) ([]reminder.Candidate, error) {
	return s.candidates(ctx, `where c.current and p.active and exists (select 1 from reminder r
		where r.certificate_id = c.id and r.reason = 'climb' and r.state in ('queued', 'sent')
			and r.due_on > $1::date - 60 and r.due_on >= coalesce(greatest(c.acknowledged_on, c.asked_on, c.declined_on),
			r.due_on - 1)
			and not exists (select 1 from inbound i where i.person_id = c.person_id and i.received_at > r.decided_at))
		and not `+begun+`
		order by c.ends_on, c.id limit $2`, column(today), limit)
}

// Unreachable returns the people whose newest reminder DingTalk did not deliver; at most limit.
func (s *Store) Unreachable(ctx context.Context, today calendar.Date, limit int) ([]reminder.Candidate, error) {
	return s.candidates(ctx, `where c.current and p.active and c.person_id in (select person_id from reminder r
		where state = 'unreachable' and due_on > $1::date - 60
			and not exists (select 1 from reminder l where l.person_id = r.person_id and l.state = 'sent'
			and l.told_on >= r.told_on))
		order by c.ends_on, c.id limit $2`, column(today), limit)
}

// Unread returns the keys by which DingTalk tells who has read a message, of the messages
// sent since the given time that somebody has not read; at most limit.
func (s *Store) Unread(ctx context.Context, since time.Time, limit int) ([]string, error) {
	return s.ids(ctx, "find unread messages", `select distinct query_key from message where state = 'sent'
		and read_at is null and query_key is not null and sent_at >= $1 limit $2`, since, limit)
}

// MessageRead notes who has read the message with the key.
func (s *Store) MessageRead(ctx context.Context, key string, people []string, now time.Time) error {
	_, err := s.pool.Exec(ctx, `update message set read_at = $3 where query_key = $1 and person_id = any($2)
		and read_at is null`, key, people, now)
	if err != nil {
		return fmt.Errorf("note who has read: %w", err)
	}
	return nil
}

// ClaimTick claims one tick of a schedule and inserts its job with it. Exactly one
// replica gets true; a tick missed by all is claimed when the next one looks.
func (s *Store) ClaimTick(ctx context.Context, name string, at time.Time, job workflow.Effect) (bool, error) {
	won := false
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `insert into tick (name, at) values ($1, $2) on conflict do nothing`, name, at)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		won = true
		return s.insertJobs(ctx, tx, []workflow.Effect{job})
	})
	if err != nil {
		return false, fmt.Errorf("claim tick %s: %w", name, err)
	}
	return won, nil
}

// LastTick returns the newest claimed tick of a schedule, or the zero time.
func (s *Store) LastTick(ctx context.Context, name string) (time.Time, error) {
	var at *time.Time
	if err := s.pool.QueryRow(ctx, `select max(at) from tick where name = $1`, name).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("read ticks of %s: %w", name, err)
	}
	if at == nil {
		return time.Time{}, nil
	}
	return *at, nil
}

// Enqueue inserts effects outside a turn.
func (s *Store) Enqueue(ctx context.Context, effects ...workflow.Effect) error {
	return s.inTx(ctx, func(tx pgx.Tx) error { return s.insertJobs(ctx, tx, effects) })
}
