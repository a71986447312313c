package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
)

// Question returns a question that somebody asked a person.
func (s *Store) Question(ctx context.Context, id string) (workflow.Question, error) {
	q := workflow.Question{ID: id}
	var text, answer []byte
	var by *string
	err := s.pool.QueryRow(ctx, `select person_id, stage, asked_at, sealed, answered_by, answer from question
		where id = $1`, id).
		Scan(&q.Person, &q.Stage, &q.AskedAt, &text, &by, &answer)
	if errors.Is(err, pgx.ErrNoRows) {
		err = workflow.ErrNotFound
	}
	if err != nil {
		return q, fmt.Errorf("load question %s: %w", id, err)
	}
	if err := s.unseal(text, "question:"+id, &q.Text); err != nil {
		return q, err
	}
	if by != nil {
		q.By = *by
		err = s.unseal(answer, "answer:"+id, &q.Answer)
	}
	return q, err
}

// queueQuestion stores a new question.
func (s *Store) queueQuestion(b *pgx.Batch, q workflow.Question, now time.Time) error {
	sealed, err := s.seal(q.Text, "question:"+q.ID)
	if err != nil {
		return err
	}
	b.Queue(`insert into question (id, person_id, stage, asked_at, sealed)
		values ($1, $2, $3, $4, $5)`, q.ID, q.Person, q.Stage, now, sealed)
	return nil
}

// queueAnswer stores the first answer to a question; a second one is a conflict.
func (s *Store) queueAnswer(b *pgx.Batch, q workflow.Question, now time.Time) error {
	sealed, err := s.seal(q.Answer, "answer:"+q.ID)
	if err != nil {
		return err
	}
	b.Queue(`update question set answered_by = $2, answered_at = $3, answer = $4 where id = $1
		and answered_at is null`, q.ID, q.By, now, sealed).
		Exec(func(tag commandTag) error {
			if tag.RowsAffected() != 1 {
				return fmt.Errorf("question %s: %w", q.ID, workflow.ErrConflict)
			}
			return nil
		})
	return nil
}
