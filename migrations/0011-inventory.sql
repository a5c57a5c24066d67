-- owner: inventory
-- why: how many units a store has and how many are promised. What may never happen is refused here: less than nothing,
--   more promised than there is, a change without a movement, movements that do not add up or that are changed later.
-- locks: none, the tables are new
create table stock_levels (
  store_id text collate "C" not null constraint stock_levels_store_fkey references stores,
  variant_id text collate "C" not null constraint stock_levels_variant_fkey references variants,
  on_hand integer not null default 0 constraint stock_levels_on_hand_in_range check (on_hand between 0 and 100000000),
  reserved integer not null default 0,
  -- Kept back from customers, for what is counted wrong or damaged unseen.
  buffer integer not null default 0 check (buffer between 0 and 1000000),
  low_stock_at integer check (low_stock_at between 0 and 1000000),
  -- The number of the latest movement, whose balance is on_hand. Null before the first.
  last_movement integer check (last_movement > 0),
  updated_at timestamptz not null,
  -- The movement is included for the foreign key to it: one index for both.
  primary key (store_id, variant_id) include (last_movement, on_hand),
  constraint stock_levels_reserved_is_there check (reserved >= 0 and reserved <= on_hand),
  constraint stock_levels_begin_with_nothing check (last_movement is not null or on_hand = 0)
) with (fillfactor = 70);

create index stock_levels_variant on stock_levels (variant_id);
create index stock_levels_watched on stock_levels (store_id) where low_stock_at is not null;

-- Append-only. Each begins where the one before ended, so that their sum is the balance of the last.
create table stock_movements (
  store_id text collate "C" not null,
  variant_id text collate "C" not null,
  number integer not null check (number > 0),
  kind text not null check (kind in ('inward', 'sale', 'return', 'damage', 'expiry', 'transfer', 'count')),
  on_hand_before integer not null check (on_hand_before >= 0),
  quantity integer not null check (quantity <> 0),
  on_hand_after integer generated always as (on_hand_before + quantity) stored check (on_hand_after >= 0),
  previous integer generated always as (nullif(number - 1, 0)) stored,
  reason text check (length(reason) between 1 and 200),
  -- The order, adjustment or import that it belongs to.
  reference text collate "C" check (length(reference) between 1 and 60),
  actor_id text collate "C",
  at timestamptz not null,
  primary key (store_id, variant_id, number),
  unique (store_id, variant_id, number, on_hand_after),
  constraint stock_movements_first_begins_with_nothing check (number > 1 or on_hand_before = 0),
  constraint stock_movements_follow_each_other foreign key (store_id, variant_id, previous, on_hand_before)
    references stock_movements (store_id, variant_id, number, on_hand_after),
  constraint stock_movements_sign check (
    case kind when 'inward' then quantity > 0 when 'return' then quantity > 0
      when 'sale' then quantity < 0 when 'damage' then quantity < 0 when 'expiry' then quantity < 0 else true end
  )
);

create index stock_movements_chain on stock_movements (store_id, variant_id, previous, on_hand_before);
create index stock_movements_reference on stock_movements (reference) where reference is not null;

alter table stock_levels add constraint stock_levels_movements_add_up
  foreign key (store_id, variant_id, last_movement, on_hand)
  references stock_movements (store_id, variant_id, number, on_hand_after);

create function refuse_change_of_stock() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'restrict_violation', table = tg_table_name, constraint = tg_argv[0],
    message = tg_argv[1];
end $$;

create trigger stock_movements_stay before update or delete or truncate on stock_movements
  for each statement execute function refuse_change_of_stock('stock_movements_stay', 'movements of stock are never changed');
-- A level without its movements, or back at an earlier one, would no longer be their sum.
create trigger stock_levels_stay before delete or truncate on stock_levels
  for each statement execute function refuse_change_of_stock('stock_levels_stay', 'levels of stock are never deleted');
create trigger stock_levels_go_forward before update of last_movement on stock_levels for each row
  when (old.last_movement is not null and (new.last_movement is null or new.last_movement < old.last_movement))
  execute function refuse_change_of_stock('stock_levels_go_forward', 'a level of stock cannot return to an earlier movement');

-- A movement comes with its level, in one statement.
create function require_level_of_movement() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select store_id, variant_id, max(number) as number from added group by store_id, variant_id) as latest
      left join stock_levels using (store_id, variant_id)
      where stock_levels.last_movement is distinct from latest.number
  ) then
    raise exception using errcode = 'restrict_violation', table = 'stock_movements',
      constraint = 'stock_movements_are_in_level', message = 'a movement of stock does not stand in its level';
  end if;
  return null;
end $$;

create trigger stock_movements_are_in_level after insert on stock_movements
  referencing new table as added for each statement execute function require_level_of_movement();

create table reservations (
  id text collate "C" primary key check (length(id) between 5 and 40),
  store_id text collate "C" not null,
  -- Whose it is: an order's id, mostly.
  reference text collate "C" not null check (length(reference) between 1 and 60),
  status text not null default 'held' check (status in ('held', 'committed', 'consumed', 'released')),
  expires_at timestamptz not null,
  release_reason text check (length(release_reason) between 1 and 60),
  created_at timestamptz not null,
  settled_at timestamptz,
  constraint reservations_settled_in_the_end check ((status in ('consumed', 'released')) = (settled_at is not null)),
  constraint reservations_release_has_reason check ((status = 'released') = (release_reason is not null))
) with (fillfactor = 85);

-- Once it was released, the same order may hold again.
create unique index reservations_reference on reservations (reference) where status <> 'released';
create index reservations_held on reservations (expires_at) where status = 'held';
create index reservations_committed on reservations (id) where status = 'committed';

create table reservation_lines (
  reservation_id text collate "C" not null references reservations,
  variant_id text collate "C" not null,
  quantity integer not null check (quantity > 0),
  -- Given back before the end: not found, or something else taken in its place.
  released integer not null default 0,
  primary key (reservation_id, variant_id),
  constraint reservation_lines_released_were_held check (released between 0 and quantity)
);

create index reservation_lines_variant on reservation_lines (variant_id);
