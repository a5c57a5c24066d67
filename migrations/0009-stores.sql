-- owner: stores
-- why: the dark stores that people are served from, when they are open, and where they deliver. The area is also kept as
--   H3 cells (resolution 9): inside those it need not be looked at, on the border cells it decides.
-- locks: none, the table is new
create table stores (
  id text collate "C" primary key check (length(id) between 5 and 40),
  code text collate "C" not null constraint stores_code_key unique check (code ~ '^[A-Z0-9][A-Z0-9-]{1,19}$'),
  name text not null check (length(name) between 1 and 80),
  city text not null check (length(city) between 1 and 80),
  address_lines text[] not null check (cardinality(address_lines) between 1 and 4),
  pincode text not null check (pincode ~ '^[1-9][0-9]{5}$'),
  latitude double precision not null check (latitude between -90 and 90),
  longitude double precision not null check (longitude between -180 and 180),
  status text not null default 'closed' check (status in ('open', 'paused', 'closed')),
  pause_reason text check (pause_reason in ('rain', 'noRiders', 'overload', 'other')),
  hours jsonb not null check (jsonb_typeof(hours) = 'object'),
  service_area jsonb not null check (jsonb_typeof(service_area) = 'object'),
  inner_cells text[] not null,
  border_cells text[] not null,
  minimum_order_paise integer not null default 0 check (minimum_order_paise between 0 and 10000000),
  -- Promise: minutes to pick and pack an order, and to hand it over; how many orders are picked at once.
  pick_minutes integer not null check (pick_minutes between 1 and 60),
  handover_minutes integer not null check (handover_minutes between 0 and 30),
  pick_capacity integer not null check (pick_capacity between 1 and 1000),
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  constraint stores_pause_has_reason check ((status = 'paused') = (pause_reason is not null))
);
