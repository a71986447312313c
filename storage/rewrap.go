package storage

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// sealedColumns are all that is encrypted under the key ring, and what each value is bound
// to. Replies that were sent are left out: they are never read again.
var sealedColumns = [...]struct{ table, column, key, binding string }{
	{"certificate", "sealed", "id", "'certificate:' || id"},
	{"filing", "sealed", "id", "'filing:' || id"},
	{"event", "sealed", "filing_id || ':' || seq", "'event:' || filing_id || ':' || seq"},
	{"question", "sealed", "id", "'question:' || id"},
	{"question", "answer", "id", "'answer:' || id"},
	{"import_part", "sealed", "import_id || ':' || n", "'import:' || import_id || ':' || n"},
}

// Rewrap encrypts everything anew that is not under the key with the given id, and returns
// how much that was. It may run beside the bot: a value that changes meanwhile is left to
// the next run, and the bot encrypts with the newest key anyway.
func (s *Store) Rewrap(ctx context.Context, primary uint32) (int, error) {
	n := 0
	for _, c := range sealedColumns {
		done, err := s.rewrapColumn(ctx, c.table, c.column, c.key, c.binding, primary)
		n += done
		if err != nil {
			return n, fmt.Errorf("encrypt %s anew: %w", c.table, err)
		}
	}
	return n, nil
}

func (s *Store) rewrapColumn(ctx context.Context, table, column, key, binding string, primary uint32) (int, error) {
	const page = 200
	prefix := binary.BigEndian.AppendUint32([]byte{1}, primary)
	n, last := 0, ""
	for {
		rows, err := s.pool.Query(ctx, fmt.Sprintf(
			`select %[3]s, %[4]s, %[2]s from %[1]s where %[2]s is not null and substring(%[2]s from 1 for 5) <> $1
				and %[3]s > $2 order by 1 limit %[5]d`,
			table, column, key, binding, page), prefix, last)
		if err != nil {
			return n, err
		}
		type row struct {
			Key, Binding string
			Sealed       []byte
		}
		found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
		if err != nil {
			return n, err
		}
		for _, r := range found {
			plain, err := s.sealer.Decrypt(r.Sealed, []byte(r.Binding))
			if err != nil {
				return n, fmt.Errorf("decrypt %s: %w", r.Binding, err)
			}
			fresh, err := s.sealer.Encrypt(plain, []byte(r.Binding))
			if err != nil {
				return n, fmt.Errorf("encrypt %s: %w", r.Binding, err)
			}
			tag, err := s.pool.Exec(ctx, fmt.Sprintf(`update %s set %s = $1 where %s = $2
				and %s = $3`, table, column, key, column), fresh, r.Key, r.Sealed)
			if err != nil {
				return n, err
			}
			n += int(tag.RowsAffected())
			last = r.Key
		}
		if len(found) < page {
			return n, nil
		}
	}
}
