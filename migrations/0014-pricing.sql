-- owner: pricing
-- why: what is charged beside the goods, what coupons take off, and how often each was used. A coupon cannot be used more often
--   than it may be, nor twice as somebody's first order: the database refuses it.
-- locks: none, the tables are new
create table fee_rules (
  id text collate "C" primary key check (length(id) between 5 and 40),
  -- Null: of all stores.
  store_id text collate "C" constraint fee_rules_store_fkey references stores,
  kind text not null check (kind in ('deliveryFee', 'handlingCharge', 'smallCartFee', 'surgeFee', 'lateNightFee')),
  amount_paise integer not null check (amount_paise between 0 and 1000000),
  items_from_paise integer check (items_from_paise between 0 and 100000000),
  items_below_paise integer check (items_below_paise between 1 and 100000000),
  -- Minutes since midnight in India. A window that ends at or before its beginning runs over midnight.
  window_from smallint check (window_from between 0 and 1439),
  window_to smallint check (window_to between 0 and 1439),
  explanation text check (length(explanation) between 1 and 120),
  position integer not null default 0 check (position between 0 and 1000000),
  is_active boolean not null default true,
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  constraint fee_rules_range_is_not_empty check (items_from_paise < items_below_paise),
  constraint fee_rules_window_has_both_ends check ((window_from is null) = (window_to is null)),
  constraint fee_rules_window_is_not_empty check (window_from <> window_to)
);

create index fee_rules_store on fee_rules (store_id);
create index fee_rules_in_order on fee_rules (kind, position, id);

create table coupons (
  id text collate "C" primary key check (length(id) between 5 and 40),
  -- As it is compared: in capital letters.
  code text collate "C" not null check (code ~ '^[A-Z0-9][A-Z0-9-]{2,29}$'),
  store_id text collate "C" constraint coupons_store_fkey references stores,
  -- Hundredths of a per cent, or a fixed amount.
  discount_basis_points integer check (discount_basis_points between 1 and 10000),
  discount_paise integer check (discount_paise between 1 and 100000000),
  maximum_discount_paise integer check (maximum_discount_paise between 1 and 100000000),
  minimum_items_paise integer not null default 0 check (minimum_items_paise between 0 and 100000000),
  starts_at timestamptz,
  ends_at timestamptz,
  is_for_first_order boolean not null default false,
  total_limit integer check (total_limit between 1 and 100000000),
  customer_limit integer check (customer_limit between 1 and 1000),
  explanation text check (length(explanation) between 1 and 120),
  is_active boolean not null default true,
  -- How many rows of coupon_uses it has.
  uses integer not null default 0 check (uses >= 0),
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  constraint coupons_uses_within_limit check (uses <= total_limit),
  constraint coupons_discount_is_one check (num_nonnulls(discount_basis_points, discount_paise) = 1),
  constraint coupons_maximum_is_of_percentage check (maximum_discount_paise is null or discount_basis_points is not null),
  constraint coupons_window_is_not_empty check (starts_at < ends_at)
) with (fillfactor = 70);

create index coupons_store on coupons (store_id);
create unique index coupons_code_key on coupons (code) where archived_at is null;
create index coupons_in_order on coupons (code, id);

-- Orders that came about, of whom: who has none is at his first. Orders themselves are another module's, which is above.
create table counted_orders (
  order_id text collate "C" primary key,
  user_id text collate "C" not null
);

create index counted_orders_user on counted_orders (user_id);

create table coupon_uses (
  order_id text collate "C" primary key constraint coupon_uses_order_fkey references counted_orders,
  coupon_id text collate "C" not null constraint coupon_uses_coupon_fkey references coupons,
  user_id text collate "C" not null,
  -- Which of the customer's uses it is, 1 to the limit; each once. Null without a limit.
  nth_use integer check (nth_use between 1 and 1000),
  is_first_order boolean not null,
  discount_paise integer not null check (discount_paise between 0 and 100000000),
  used_at timestamptz not null,
  constraint coupon_uses_are_within_limit unique (coupon_id, user_id, nth_use)
);

create unique index coupon_uses_first_order on coupon_uses (user_id) where is_first_order;
