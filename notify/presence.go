package notify

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// presence shows other replicas that this process lives, and gives back the jobs of
// processes that do not. The sign of life is an advisory lock, which PostgreSQL
// drops the moment a process dies; River alone notices only by time-out, half a
// minute later, and people wait for these cards.
type presence struct {
	pool *pgxpool.Pool
	id   int64 // of the lock, and part of the name under which jobs are worked
	log  *slog.Logger
}

// lookAround is how often a process looks for the jobs of dead ones.
const lookAround = 2 * time.Second

func newPresence(pool *pgxpool.Pool, log *slog.Logger) (*presence, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, fmt.Errorf("choose a name for this process: %w", err)
	}
	name := int64(binary.BigEndian.Uint64(b[:]) >> 1) //nolint:gosec // the sign bit is shifted out
	return &presence{pool, name, log}, nil
}

// name is what River calls this process.
func (p *presence) name() string { return fmt.Sprintf("beian-%d", p.id) }

// run keeps the lock until ctx ends; without its connection it takes another. It closes locked
// when it has the lock for the first time, at whichever attempt.
func (p *presence) run(ctx context.Context, locked chan<- struct{}) {
	t := time.NewTicker(lookAround)
	defer t.Stop()
	shown := sync.OnceFunc(func() { close(locked) })
	for ctx.Err() == nil {
		if err := p.hold(ctx, t.C, shown); err != nil && ctx.Err() == nil {
			p.log.Warn("sign of life lost, taking another connection", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-t.C:
		}
	}
}

// hold takes the lock on one connection and looks around from it.
func (p *presence) hold(ctx context.Context, tick <-chan time.Time, shown func()) (err error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("take connection: %w", err)
	}
	// The lock lives as long as the connection: it must not go back to the pool.
	defer func() { err = errors.Join(err, conn.Hijack().Close(context.WithoutCancel(ctx))) }()
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, p.id); err != nil {
		return fmt.Errorf("show sign of life: %w", err)
	}
	shown()
	for {
		n, err := p.giveBack(ctx, conn)
		if err != nil {
			return err
		}
		if n > 0 {
			p.log.Info("took over jobs of a process that died", "jobs", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

// giveBack makes the jobs of dead processes available again; a job that was being
// tried for the last time is given up.
func (p *presence) giveBack(ctx context.Context, conn *pgxpool.Conn) (int64, error) {
	tag, err := conn.Exec(ctx, `
		with alive as (
			select 'beian-' || ((classid::bigint << 32) | objid::bigint) as name from pg_locks
			where locktype = 'advisory' and objsubid = 1
			  and database = (select oid from pg_database where datname = current_database())
		)
		update river_job set
			state = (case when attempt >= max_attempts then 'discarded' else 'available' end)::river_job_state,
			finalized_at = case when attempt >= max_attempts then now() end,
			scheduled_at = now()
		where state = 'running' and attempted_by[cardinality(attempted_by)] like 'beian-%'
		  and attempted_by[cardinality(attempted_by)] not in (select name from alive)`)
	if err != nil {
		return 0, fmt.Errorf("look for jobs of dead processes: %w", err)
	}
	return tag.RowsAffected(), nil
}
