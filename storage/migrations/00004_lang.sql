-- +goose Up
alter table person add column lang text not null default '' check (lang in ('', 'zh', 'en'));

-- +goose Down
alter table person drop column lang;
