-- +goose Up
-- Every policy that filings were begun under, so that each keeps its own.
create table policy (
    version   text primary key,
    document  text not null,              -- JSON, as workflow.ParsePolicy reads it
    stored_at timestamptz not null
);

-- Official working-day arrangements that were imported; each replaces the embedded year.
create table calendar_year (
    year        int primary key,
    document    text not null,
    imported_at timestamptz not null
);

-- What time alone brings about on a filing: the window opens, the certificate runs out.
alter table filing
    alter column certificate_id drop not null, -- somebody may agree before HR has entered the certificate
    add column opens_on date,
    add column ends_on  date,
    add column overdue  boolean not null default false;
create index filing_opening on filing (opens_on) where state = 'INELIGIBLE';
create index filing_expiring on filing (ends_on) where open and not overdue;

drop index event_ended;
create index event_ended on event (at) where action in ('official_approved', 'delete', 'leave_unit', 'withdraw_consent');

-- +goose Down
drop index event_ended;
create index event_ended on event (at) where action in ('official_approved', 'delete');
drop index filing_opening, filing_expiring;
alter table filing alter column certificate_id set not null, drop column opens_on, drop column ends_on, drop column overdue;
drop table policy, calendar_year;
