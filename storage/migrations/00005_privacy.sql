-- +goose Up
-- Withdrawing is as easy as agreeing (PIPL §15); that it happened is kept.
alter table consent
    add column withdrawn_at timestamptz,
    drop constraint consent_pkey,
    add primary key (person_id, version, given_at);
create unique index consent_given on consent (person_id, version) where withdrawn_at is null;

-- Who was shown something about whom. Rows are added and never changed.
create table access (
    id        bigint generated always as identity primary key,
    person_id text not null references person,
    viewer_id text not null,
    what      text not null,
    at        timestamptz not null
);
create index access_by_person on access (person_id, at desc);

-- +goose Down
drop table access;
drop index consent_given;
alter table consent drop constraint consent_pkey;
delete from consent where withdrawn_at is not null;
alter table consent drop column withdrawn_at, add primary key (person_id, version);
