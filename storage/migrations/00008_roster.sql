-- +goose Up
-- What a name sounds like: in pinyin, by its initials, in Latin letters. Rows follow the name.
create table spelling (
    person_id text not null references person on delete cascade,
    word      text not null,
    primary key (person_id, word)
);
create index spelling_by_word on spelling (word text_pattern_ops);
create index person_by_name on person (name text_pattern_ops);
create index person_by_college on person (college_id);

-- The last four characters of the identity number as a keyed hash: equal ones can be found,
-- none can be read. Null until computed.
alter table certificate add column tail bytea;
create index certificate_by_person on certificate (person_id);
create index certificate_tail on certificate (tail) where current;

-- A workbook that HR sent, from the check to the day it can no longer be undone.
create table import (
    id         text primary key,
    by_id      text not null references person,
    kind       text not null check (kind in ('roster', 'statuses')),
    state      text not null check (state in ('checked', 'applied', 'undone', 'gone')),
    created_at timestamptz not null,
    applied_at timestamptz,
    added      int not null default 0,
    changed    int not null default 0,
    same       int not null default 0,
    left_alone text[] not null default '{}'   -- userIds
);
create index import_by_time on import (created_at);

-- Its rows, encrypted; once applied, what was there before and after.
create table import_part (
    import_id text not null references import on delete cascade,
    n         int not null,
    sealed    bytea not null,
    primary key (import_id, n)
);

-- What HR did to the roster. Rows are added and never changed.
create table roster_change (
    id     bigint generated always as identity primary key,
    by_id  text not null,
    what   text not null,
    detail text not null,                     -- ids and names of roles and colleges
    at     timestamptz not null
);

-- That somebody was looked at stays known after a mistaken import of them was undone.
alter table access drop constraint access_person_id_fkey;

-- +goose Down
delete from access where person_id not in (select id from person);
alter table access add foreign key (person_id) references person;
drop table roster_change, import_part, import;
drop index certificate_tail, certificate_by_person, person_by_college, person_by_name;
alter table certificate drop column tail;
drop table spelling;
