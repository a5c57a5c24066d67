-- owner: accounts
-- why: where a customer has things delivered, one of them by default.
-- locks: none, the table is new
create table addresses (
  id text collate "C" primary key check (length(id) between 5 and 40),
  user_id text collate "C" not null references users,
  label text not null check (length(label) between 1 and 40),
  lines text[] not null check (cardinality(lines) between 1 and 4),
  landmark text check (length(landmark) between 1 and 120),
  pincode text not null check (pincode ~ '^[1-9][0-9]{5}$'),
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  instructions text check (length(instructions) between 1 and 300),
  is_default boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint addresses_point_is_whole check ((latitude is null) = (longitude is null))
);

create index addresses_user on addresses (user_id);
create unique index addresses_default on addresses (user_id) where is_default;
