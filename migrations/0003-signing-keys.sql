-- owner: accounts
-- why: the Ed25519 keys of access tokens, shared by all instances. The private part is sealed with AES-256-GCM under a key
--   from SECRET_KEY. A retired key verifies until its last token died.
-- locks: none, the table is new
create table signing_keys (
  id text collate "C" primary key check (length(id) between 5 and 40),
  public_key bytea not null check (length(public_key) = 32),
  sealed_private_key bytea not null,
  created_at timestamptz not null,
  retired_at timestamptz
);

-- One key signs. Instances that start at once make one between them.
create unique index signing_keys_current on signing_keys ((true)) where retired_at is null;
