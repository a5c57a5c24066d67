-- owner: accounts
-- why: where somebody is signed in. A session is one row that its refresh token rotates in place; what rests here is the
--   token's SHA-256, from which no token can be made.
-- locks: none, the tables are new
create table devices (
  id text collate "C" primary key check (length(id) between 5 and 40),
  user_id text collate "C" not null references users,
  -- SHA-256 of the id that the client made for itself; without one every sign-in is a new device.
  client_key_hash bytea check (length(client_key_hash) = 32),
  name text check (length(name) between 1 and 80),
  platform text check (platform in ('web', 'android', 'ios')),
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  constraint devices_user_key unique (user_id, client_key_hash)
);

create table sessions (
  id text collate "C" primary key check (length(id) between 5 and 40),
  user_id text collate "C" not null references users,
  device_id text collate "C" not null references devices,
  -- Whether a code to the phone opened it, and not one to the e-mail address.
  by_phone boolean not null,
  generation integer not null default 1 check (generation > 0),
  refresh_digest bytea not null check (length(refresh_digest) = 32),
  rotated_at timestamptz not null,
  user_agent text check (length(user_agent) between 1 and 256),
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text check (end_reason in ('signedOut', 'revoked', 'reused', 'blocked')),
  constraint sessions_end_has_reason check ((ended_at is null) = (end_reason is null))
) with (fillfactor = 70); -- no index on what a refresh changes, and room beside the row: refreshing writes no index

create index sessions_user on sessions (user_id);
create index sessions_device on sessions (device_id);
