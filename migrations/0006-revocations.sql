-- owner: accounts
-- why: access tokens that end before their time. Every instance polls the latest rows, so that a check reads no database.
--   The time is the database's own, the one clock that all instances share.
-- locks: none, the table is new
create table revocations (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('session', 'user')),
  subject text collate "C" not null,
  -- Of the user: tokens made from an earlier version have ended.
  version integer,
  at timestamptz not null default now(),
  constraint revocations_user_has_version check ((kind = 'user') = (version is not null))
);

create index revocations_at on revocations (at);
