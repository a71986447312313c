package localpg

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	superuser           = "beian"
	port                = "5432" // only a part of the socket's file name
	maintenanceDatabase = "postgres"
)

// URL is the address of a database on this server, for pgx and for psql. It stays valid across Restart.
func (s *Server) URL(database string) string {
	address := url.URL{
		Scheme: "postgres", User: url.User(superuser), Path: "/" + database,
		RawQuery: url.Values{"host": {s.socket}, "port": {port}, "sslmode": {"disable"}}.Encode(),
	}
	return address.String()
}

// CreateDatabase makes a database as a copy of template, or an empty one when template is "". It does nothing
// when the database exists. Nobody may be connected to the template meanwhile.
func (s *Server) CreateDatabase(ctx context.Context, name, template string) error {
	if template == "" {
		template = "template1"
	}
	err := s.administer(ctx, "create database "+pgx.Identifier{name}.Sanitize()+
		" template "+pgx.Identifier{template}.Sanitize())
	if isDuplicate(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// DropDatabase removes a database, closing the connections to it. It does nothing when there is none.
func (s *Server) DropDatabase(ctx context.Context, name string) error {
	if err := s.administer(ctx, "drop database if exists "+pgx.Identifier{name}.Sanitize()+" with (force)"); err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}

func (s *Server) administer(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.URL(maintenanceDatabase))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// isDuplicate also knows the other answer that PostgreSQL gives when two create the same database at once.
func isDuplicate(err error) bool {
	var pgErr *pgconn.PgError
	if !errors.As(err, &pgErr) {
		return false
	}
	return pgErr.Code == "42P04" || pgErr.Code == "23505" && pgErr.ConstraintName == "pg_database_datname_index"
}
