-- owner: accounts
-- why: who signs in. One account for a phone number and one for an e-mail address. An erased account stays as an empty
--   row, because what the law keeps (orders) refers to its id.
-- locks: none, the table is new
create table users (
  id text collate "C" primary key check (length(id) between 5 and 40),
  phone text collate "C" constraint users_phone_key unique check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  email text collate "C" constraint users_email_key unique check (length(email) between 3 and 254 and email = lower(email)),
  name text check (length(name) between 1 and 80),
  locale text check (locale in ('en', 'hi')),
  roles text[] not null default '{customer}'
    check (cardinality(roles) between 1 and 5 and roles <@ array['customer', 'picker', 'rider', 'storeManager', 'admin']),
  store_ids text[] not null default '{}' check (cardinality(store_ids) <= 20),
  -- Counts what makes access tokens stale: roles, blocking, deletion. A token tells the version it was made from.
  version integer not null default 1 check (version > 0),
  blocked_at timestamptz,
  block_reason text check (length(block_reason) between 1 and 200),
  created_at timestamptz not null,
  -- The last sign-in or, to the day, the last use of a session.
  last_active_at timestamptz not null,
  -- The same of the phone alone: a sign-in by e-mail says nothing of who has the number.
  phone_active_at timestamptz,
  erased_at timestamptz,
  constraint users_phone_is_dated check ((phone is null) = (phone_active_at is null)),
  constraint users_block_reason_needs_block check (block_reason is null or blocked_at is not null),
  constraint users_erased_is_empty check (
    erased_at is null or (phone is null and email is null and name is null and locale is null and block_reason is null)
  )
) with (fillfactor = 85);

create index users_lower_name on users ((lower(name)) collate "C") where name is not null;
create index users_admins on users (id) where roles @> '{admin}';
