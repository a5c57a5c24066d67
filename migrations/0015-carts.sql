-- owner: cart
-- why: what a guest or an account is about to order. All of a cart is one row, so that whatever comes at once to a cart is
--   one change after another of that row: no line is lost, and no limit is passed between a count and a write.
-- locks: none, the table is new
create table carts (
  id text collate "C" primary key check (length(id) between 5 and 40),
  -- Nobody's: a guest's, known by its handle.
  user_id text collate "C" constraint carts_user_key unique constraint carts_user_fkey references users,
  -- No foreign key to stores, variants and addresses, whose rows everybody's carts would have to lock. The first two are
  -- never deleted; an address that is gone is no address.
  store_id text collate "C",
  address_id text collate "C",
  -- In the place of an address, where somebody only said where he is.
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  pincode text check (pincode ~ '^[1-9][0-9]{5}$'),
  -- By variant: {"var_…": {"quantity": 2, "pricePaise": 3000, "addedAt": 1768478400000}}, the price as it was last seen.
  lines jsonb not null default '{}' check (jsonb_typeof(lines) = 'object'),
  coupon_code text check (length(coupon_code) between 1 and 40),
  tip_paise integer not null default 0 check (tip_paise between 0 and 100000),
  instructions text check (length(instructions) between 1 and 300),
  created_at timestamptz not null,
  -- A day and no time: as long as it stays the same, a change of the cart changes no index.
  touched_on date not null,
  constraint carts_lines_are_few check (jsonb_array_length(jsonb_path_query_array(lines, '$.*')) <= 50),
  constraint carts_quantities_in_range check (not jsonb_path_exists(lines, '$.*.quantity ? (@ < 1 || @ > 100)')),
  constraint carts_point_is_whole check ((latitude is null) = (longitude is null)),
  constraint carts_one_place check (address_id is null or (latitude is null and pincode is null)),
  constraint carts_guests_have_no_address check (user_id is not null or address_id is null)
) with (fillfactor = 70);

create index carts_guests_touched on carts (touched_on) where user_id is null;
create index carts_accounts_touched on carts (touched_on) where user_id is not null;
