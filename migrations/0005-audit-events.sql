-- owner: accounts
-- why: who signed in, failed to, or changed an account. Rows are only ever added. They hold no name, number, address or
--   code: people appear by their account's id, sources and unknown numbers as keyed hashes. No foreign keys: an event
--   outlives what it tells of, and half of them are written on the path of every sign-in.
-- locks: none, the table is new
create table audit_events (
  id text collate "C" primary key check (length(id) between 5 and 40),
  at timestamptz not null,
  kind text not null check (kind ~ '^[a-z_]+\.[a-z_]+$' and length(kind) <= 60),
  user_id text collate "C",
  actor_id text collate "C",
  source text check (length(source) <= 40),
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object')
);

create index audit_events_user on audit_events (user_id, id) where user_id is not null;
create index audit_events_kind on audit_events (kind, id);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit_events only grows' using errcode = 'restrict_violation';
end
$$;

create trigger audit_events_only_grow before update or delete or truncate on audit_events
  for each statement execute function refuse_audit_change();
