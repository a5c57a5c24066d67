-- owner: orders
-- why: what customers ordered, at which prices and for which address, what was found of it, and each step of it with who
--   did it and when.
-- locks: none, the tables are new; share row exclusive on users, stores and variants for a moment, for the foreign keys
create table orders (
  id text collate "C" primary key check (length(id) between 5 and 40),
  user_id text collate "C" not null constraint orders_user_fkey references users,
  store_id text collate "C" not null constraint orders_store_fkey references stores,
  status text not null constraint orders_status_is_known check (status in (
    'pending_payment', 'payment_failed', 'expired', 'placed', 'picking', 'packed', 'out_for_delivery', 'arrived',
    'delivered', 'delivery_failed', 'returned_to_store', 'cancelled'
  )),
  payment_method text not null check (length(payment_method) between 1 and 40),
  -- The latest that was opened, and what holds the stock. Neither is a foreign key: they come later in the transaction.
  payment_id text collate "C" not null,
  reservation_id text collate "C" not null,
  -- As it was ordered, and what is to be paid of it.
  bill jsonb not null check (jsonb_typeof(bill) = 'object'),
  total_paise integer not null constraint orders_total_in_range check (total_paise >= 0),
  coupon_id text collate "C",
  coupon_paise integer check (coupon_paise >= 0),
  address jsonb not null check (address ? 'pincode'),
  -- Null where none is needed, and once its owner was erased.
  delivery_code text check (delivery_code ~ '^[0-9]{4}$'),
  code_tries smallint not null default 0 constraint orders_code_tries_in_range check (code_tries between 0 and 5),
  rider_id text collate "C",
  cancel_reason text check (length(cancel_reason) between 1 and 200),
  promised_at timestamptz,
  pay_until timestamptz,
  created_at timestamptz not null,
  placed_at timestamptz,
  delivered_at timestamptz,
  -- Since when the account is no more, and since when nothing personal is in the order any more.
  owner_left_at timestamptz,
  erased_at timestamptz,
  constraint orders_coupon_has_discount check ((coupon_id is null) = (coupon_paise is null)),
  constraint orders_unpaid_end check (status not in ('pending_payment', 'payment_failed') or pay_until is not null),
  constraint orders_delivered_at_a_time check (status <> 'delivered' or delivered_at is not null)
) with (fillfactor = 80);

create index orders_user on orders (user_id, id);
create index orders_store on orders (store_id, id);
-- What is under way is little, however many orders there have been.
create index orders_open on orders (store_id, status, id) where status in (
  'pending_payment', 'payment_failed', 'placed', 'picking', 'packed', 'out_for_delivery', 'arrived', 'delivery_failed'
);
create index orders_not_delivered on orders (store_id, status, id)
  where status in ('expired', 'cancelled', 'returned_to_store');
create index orders_unpaid on orders (pay_until) where status in ('pending_payment', 'payment_failed');

create index orders_to_erase on orders (id) where owner_left_at is not null and erased_at is null;

create table order_lines (
  order_id text collate "C" not null constraint order_lines_order_fkey references orders,
  variant_id text collate "C" not null constraint order_lines_variant_fkey references variants,
  position smallint not null check (position > 0),
  -- As they were called when they were ordered.
  sku text not null,
  name text not null,
  pack text not null,
  image_url text,
  hsn_code text not null,
  gst_basis_points integer not null check (gst_basis_points between 0 and 10000),
  quantity integer not null check (quantity > 0),
  found_quantity integer not null,
  mrp_paise integer not null check (mrp_paise > 0),
  price_paise integer not null check (price_paise > 0),
  primary key (order_id, variant_id),
  constraint order_lines_found_were_ordered check (found_quantity between 0 and quantity),
  constraint order_lines_price_within_mrp check (price_paise <= mrp_paise)
);

create index order_lines_variant on order_lines (variant_id);

-- Append-only. Those of one order have ascending ids in the order in which they are committed: each is added with the
-- order's row held.
create table order_events (
  id bigint generated always as identity primary key,
  order_id text collate "C" not null constraint order_events_order_fkey references orders,
  type text not null check (type in (
    'pending_payment', 'payment_failed', 'expired', 'placed', 'picking', 'packed', 'out_for_delivery', 'arrived',
    'delivered', 'delivery_failed', 'returned_to_store', 'cancelled', 'refunded'
  )),
  actor text not null check (actor in ('customer', 'picker', 'rider', 'storeManager', 'admin', 'system', 'provider')),
  actor_id text collate "C",
  details jsonb not null check (jsonb_typeof(details) = 'object'),
  at timestamptz not null
);

create index order_events_order on order_events (order_id, id);

create function refuse_change_of_order_events() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'restrict_violation', table = tg_table_name, constraint = 'order_events_stay',
    message = 'what happened to an order is never changed';
end $$;

create trigger order_events_stay before update or delete or truncate on order_events
  for each statement execute function refuse_change_of_order_events();
