-- owner: platform
-- why: what changed, for the processes that keep copies in memory. Each reads what is new several times a second; a
--   transaction's number and not a time says what is new, so that none is passed over that commits late.
-- locks: none, the table is new
create table changes (
  id bigint generated always as identity primary key,
  topic text collate "C" not null check (length(topic) between 1 and 40),
  key text collate "C" not null check (length(key) between 1 and 120),
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp()
);

create index changes_xid on changes (xid);
create index changes_at on changes (at);
