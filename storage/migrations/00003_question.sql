-- +goose Up
-- What people asked a person, and the answer.
create table question (
    id          text primary key,
    person_id   text not null references person,
    stage       int not null,                 -- of the six visible steps, when it was asked
    asked_at    timestamptz not null,
    sealed      bytea not null,               -- the question, encrypted
    answered_by text,
    answered_at timestamptz,
    answer      bytea                         -- encrypted
);
create index question_open on question (asked_at) where answered_at is null;

-- +goose Down
drop table question;
