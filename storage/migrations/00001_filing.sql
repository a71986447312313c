-- +goose Up
create table college (
    id   text primary key,
    name text not null
);

create table person (
    id         text primary key,              -- DingTalk userId
    name       text not null,
    college_id text not null references college,
    active     boolean not null default true
);

create table role_grant (
    person_id  text not null references person,
    role       text not null check (role in ('college_handler', 'school_handler', 'hr')),
    college_id text not null default '',      -- '' = the whole school
    deputy     boolean not null default false,
    primary key (person_id, role, college_id)
);
create index role_grant_by_role on role_grant (role, college_id);

create table consent (
    person_id text not null references person,
    version   text not null,
    given_at  timestamptz not null,
    primary key (person_id, version)
);

create table certificate (
    id            text primary key,
    person_id     text not null references person,
    category      text not null check (category in ('A', 'B', 'C', 'D', 'E')),
    recognised_on date not null,
    printed_end   date,
    ends_on       date not null,              -- printed end, or recognised_on + 24 months, clamped
    unit          text not null,
    mismatch      text not null default '',
    sealed        bytea not null,             -- the 27 values, encrypted
    current       boolean not null default true
);
create unique index certificate_current on certificate (person_id) where current;
create index certificate_ending on certificate (ends_on) where current;

create table filing (
    id             text primary key,
    person_id      text not null references person,
    college_id     text not null references college,
    certificate_id text not null references certificate,
    state          text not null,
    step           text not null default '',  -- of the review, '' outside it
    revision       int not null,
    seq            int not null,
    notice_until   date,                      -- of a posted notice
    open           boolean not null,
    sealed         bytea not null,            -- the fold of the events, encrypted
    created_at     timestamptz not null,
    updated_at     timestamptz not null
);
-- Q17: at most one filing that has not ended, per person.
create unique index filing_open on filing (person_id) where open;
create index filing_by_person on filing (person_id, created_at desc);
create index filing_by_certificate on filing (certificate_id, created_at desc);
create index filing_waiting on filing (college_id, step) where open and step <> '';
create index filing_notice on filing (notice_until) where open and notice_until is not null;

-- The truth about a filing. Rows are added and never changed.
create table event (
    filing_id  text not null references filing,
    seq        int not null,
    action     text not null,
    rule       text not null,
    actor_id   text not null,
    actor_role text not null,
    state_to   text not null,
    at         timestamptz not null,
    sealed     bytea not null,
    primary key (filing_id, seq)
);
create index event_ended on event (at) where action in ('official_approved', 'delete');

-- One row per message that reached us; it carries the reply until that is sent.
create table inbound (
    robot       text not null,
    message     text not null,
    person_id   text not null,
    seq         bigint generated always as identity,
    received_at timestamptz not null,
    reply       bytea,                        -- encrypted; null when nothing is to be said
    lease_until timestamptz,                  -- somebody is sending it until then
    attempts    int not null default 0,
    sent_at     timestamptz,
    dead        text,                         -- why it was given up
    primary key (robot, message)
);
create index inbound_unsent on inbound (person_id, seq) where reply is not null and sent_at is null and dead is null;
create index inbound_received on inbound (received_at);

create table card (
    track_id  text primary key,
    filing_id text not null references filing,
    ticket    int not null,
    receivers text[] not null,
    sent_at   timestamptz
);
create index card_by_ticket on card (filing_id, ticket);

create table file (
    id         text primary key,
    person_id  text not null references person,
    filing_id  text,
    media_type text not null,
    pages      int not null,
    size       bigint not null,
    sha256     bytea not null,
    created_at timestamptz not null
);
create index file_by_hash on file (person_id, sha256);
create index file_by_filing on file (filing_id);

-- One row per reminder; the key is what keeps it from going out twice.
create table reminder (
    certificate_id text not null references certificate,
    milestone      text not null,
    person_id      text not null references person,
    channel        text not null,
    due_on         date not null,
    reason         text not null,
    decided_at     timestamptz not null,
    state          text not null check (state in ('missed', 'queued', 'sent', 'dead')),
    sent_at        timestamptz,
    primary key (certificate_id, milestone, person_id, channel)
);
create index reminder_by_person on reminder (person_id, due_on);

-- A schedule's tick is claimed by the replica that inserts it.
create table tick (
    name text not null,
    at   timestamptz not null,
    primary key (name, at)
);

-- +goose Down
drop table tick, reminder, file, card, inbound, event, filing, certificate, consent, role_grant, person, college;
