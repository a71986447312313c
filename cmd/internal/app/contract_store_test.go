package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.org/beian/bot/turn/turntest"
	"example.org/beian/storage"
	"example.org/beian/storage/keyring"
	"example.org/beian/storage/storagetest"
	"example.org/beian/workflow"
)

// TestStoreContract: PostgreSQL keeps what the store in memory keeps with which rooms are tested. All
// parts share one database, which is emptied in between.
func TestStoreContract(t *testing.T) {
	t.Parallel()
	pool, err := pgxpool.New(t.Context(), storagetest.Database(t, storage.Migrate))
	must(t, err)
	t.Cleanup(pool.Close)
	key, err := keyring.New()
	must(t, err)
	ring, err := keyring.Parse(key)
	must(t, err)
	p, err := workflow.DefaultPolicy()
	must(t, err)
	rows, err := pool.Query(t.Context(),
		`select tablename from pg_tables where schemaname = 'public' and tablename not like '%migration%'`)
	must(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	turntest.Contract(t, func(t *testing.T, r turntest.Roster) turntest.Fixture {
		do := func(sql string) {
			t.Helper()
			_, err := pool.Exec(t.Context(), sql)
			must(t, err)
		}
		do(fmt.Sprintf(`truncate %s restart identity`, strings.Join(tables, ", ")))
		s, err := storage.New(pool, ring, p, time.Minute)
		must(t, err)
		must(t, s.Import(t.Context(), storage.Roster(r)))
		return turntest.Fixture{
			Kept: s,
			Jobs: func(t *testing.T) []string {
				t.Helper()
				rows, err := pool.Query(t.Context(), `select kind from river_job order by id`)
				must(t, err)
				kinds, err := pgx.CollectRows(rows, pgx.RowTo[string])
				must(t, err)
				return kinds
			},
			Expire: func(*testing.T) { do(`update inbound set lease_until = clock_timestamp() - interval '1 second'`) },
		}
	})
}
