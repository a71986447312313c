-- +goose Up
-- What a person has said about their reminders, and when the daily pass looks again. A new
-- certificate begins afresh.
alter table certificate
    add column look_on         date default '2000-01-01',  -- null: nothing can be due any more
    add column look_seq        int not null default 0,     -- counts what else has set it
    add column acknowledged_on date,
    add column asked_on        date,
    add column later_on        date,
    add column declined_on     date;
create index inbound_by_person on inbound (person_id, received_at desc);
create index certificate_ended on certificate (ends_on) where not current;
create index certificate_look on certificate (look_on, id) where current;

-- The rules that look_on was computed from. When they change, all is looked at once.
create table reminder_basis (
    one   boolean primary key default true check (one),
    basis text not null
);

alter table reminder drop constraint reminder_state_check;
update reminder set state = 'closed' where state = 'missed';
update reminder set state = 'closed', reason = 'late' where state in ('queued', 'dead');
alter table reminder
    add constraint reminder_state_check check (state in ('queued', 'sent', 'closed', 'unreachable')),
    add column until_on date,
    add column told_on  date;  -- the day of the message that carried it
update reminder set until_on = due_on, told_on = (sent_at at time zone 'Asia/Shanghai')::date;
alter table reminder alter column until_on set not null;
create index reminder_open on reminder (person_id) where state = 'queued';
create index reminder_told on reminder (person_id, told_on) where state = 'sent';
create index reminder_unreachable on reminder (due_on) where state = 'unreachable';

-- At most one message of each kind to a person on a day; what it says is gathered when it is sent.
create table message (
    person_id  text not null references person,
    day        date not null,
    topic      text not null check (topic in ('person', 'digest', 'picture', 'list')),
    state      text not null check (state in ('queued', 'ready', 'sending', 'sent', 'unreachable', 'dropped', 'dead')),
    claim      bigint,               -- the job that sends it
    claimed_at timestamptz,
    attempts   int not null default 0,
    query_key  text,                 -- by which DingTalk tells who has read it
    sent_at    timestamptz,
    read_at    timestamptz,
    reason     text not null default '', -- why it did not arrive
    primary key (person_id, day, topic)
);
create index message_open on message (day, topic) where state in ('queued', 'ready', 'sending');
create index message_unread on message (sent_at) where state = 'sent' and read_at is null and query_key is not null;
create index message_failed on message (day) where state in ('unreachable', 'dead');

-- +goose Down
drop table message, reminder_basis;
drop index inbound_by_person, reminder_open, reminder_told, reminder_unreachable, certificate_look, certificate_ended;
alter table reminder drop constraint reminder_state_check, drop column until_on, drop column told_on;
update reminder set state = 'missed' where state in ('closed', 'unreachable');
alter table reminder add constraint reminder_state_check check (state in ('missed', 'queued', 'sent', 'dead'));
alter table certificate drop column look_on, drop column look_seq, drop column acknowledged_on, drop column asked_on, drop column later_on, drop column declined_on;
