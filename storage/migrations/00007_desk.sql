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

-- A file that a slot or a notice holds or has held; others are only kept for a while.
alter table file add column placed boolean not null default false;
update file set placed = true where filing_id is not null and part_revision is null;
create index file_unplaced on file (created_at) where not placed;

-- +goose Down
drop index file_unplaced;
alter table file drop column placed;
drop index filing_editing, card_by_filing;
drop table escalation, absence;
