-- +goose Up
alter table file
    add column part_revision int,             -- of a form of which pages are still missing
    add column part_pages    int[],
    add column superseded_at timestamptz;     -- another file took its place
create index file_parts on file (filing_id) where part_revision is not null;
create index file_superseded on file (superseded_at) where superseded_at is not null;

-- The proof that a file was deleted. Nothing about its contents stays.
create table shredded (
    file_id     text primary key,
    filing_id   text not null default '',
    reason      text not null check (reason in ('retention', 'withdrawn', 'replaced', 'orphan')),
    shredded_at timestamptz not null
);
create index shredded_by_time on shredded (shredded_at);

-- +goose Down
drop table shredded;
drop index file_parts, file_superseded;
alter table file drop column part_revision, drop column part_pages, drop column superseded_at;
