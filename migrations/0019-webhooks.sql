-- owner: webhooks
-- why: whom operators have told about orders, and what became of each message. A message is made when it is sent, so that
--   nothing about a person rests here. The event that it tells of is the orders' own; the log outlives no event.
-- locks: none, the tables are new
create table webhook_endpoints (
  id text collate "C" primary key check (length(id) between 5 and 40),
  url text not null check (length(url) between 1 and 2000),
  description text check (length(description) between 1 and 200),
  -- Null: all, those that are to come too.
  event_types text[] check (cardinality(event_types) > 0),
  store_ids text[] check (cardinality(store_ids) > 0),
  is_enabled boolean not null,
  -- Why it was disabled, when nobody asked for it.
  disabled_reason text check (disabled_reason in ('failing', 'gone')),
  -- Sealed, both.
  secret text not null,
  previous_secret text,
  previous_secret_until timestamptz,
  -- Since when nothing has reached it.
  failing_since timestamptz,
  created_by text collate "C" not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint webhook_endpoints_previous_secret_ends check ((previous_secret is null) = (previous_secret_until is null)),
  constraint webhook_endpoints_disabled_for_a_reason check (not (is_enabled and disabled_reason is not null))
);

create table webhook_deliveries (
  id text collate "C" primary key check (length(id) between 5 and 40),
  endpoint_id text collate "C" not null references webhook_endpoints on delete cascade,
  type text not null check (length(type) between 1 and 60),
  -- Null of a test.
  order_id text collate "C",
  event_id bigint,
  status text not null default 'waiting' check (status in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  -- Since it was made or replayed: what it is to wait until the next.
  failures integer not null default 0 check (failures >= 0),
  -- Whoever takes it moves this on, so that it is nobody else's, and due again when he dies.
  due_at timestamptz,
  attempted_at timestamptz,
  status_code integer check (status_code between 100 and 999),
  response_ms integer check (response_ms >= 0),
  failure text check (length(failure) between 1 and 60),
  created_at timestamptz not null,
  constraint webhook_deliveries_waiting_are_due check ((status = 'waiting') = (due_at is not null)),
  constraint webhook_deliveries_event_is_whole check ((order_id is null) = (event_id is null)),
  -- A listener may learn of an event twice.
  constraint webhook_deliveries_once unique (endpoint_id, event_id)
) with (fillfactor = 85);

create index webhook_deliveries_listed on webhook_deliveries (endpoint_id, id);
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, due_at) where status = 'waiting';
create index webhook_deliveries_created on webhook_deliveries (created_at);
