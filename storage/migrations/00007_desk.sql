-- +goose Up
create table absence (
    id         text primary key,
    person_id  text not null references person,
    from_on    date not null,
    until_on   date not null check (until_on >= from_on),
    deputy_id  text references person check (deputy_id <> person_id),
    noted_at   timestamptz not null,
    ended_at   timestamptz                    -- taken back
);
create index absence_by_person on absence (person_id) where ended_at is null;

-- One row for each step that a wait has climbed; the key keeps it from being told twice.
create table escalation (
    filing_id text not null,
    wait      text not null,
    level     int not null,
    at        timestamptz not null,
    primary key (filing_id, wait, level)
);

create index card_by_filing on card (filing_id);
create index filing_editing on filing (college_id) where open and step = '' and state in ('SAVED', 'READY', 'RETURNED');

-- +goose Down
drop index filing_editing, card_by_filing;
drop table escalation, absence;
