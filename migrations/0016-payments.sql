-- owner: payments
-- why: what is to be paid for orders, what came in and what went back. What may never happen is refused here: money that
--   no capture accounts for, a capture that counts twice or is changed later, more given back than came in.
-- locks: none, the tables are new
create table payments (
  id text collate "C" not null check (length(id) between 5 and 40),
  -- Orders are above this module, so there is no foreign key. The same goes for their user and store.
  order_id text collate "C" not null check (length(order_id) between 5 and 60),
  user_id text collate "C" not null check (length(user_id) between 5 and 40),
  store_id text collate "C" not null check (length(store_id) between 5 and 40),
  provider text collate "C" not null check (provider ~ '^[a-z][a-z0-9]{0,29}$'),
  kind text not null check (kind in ('cash', 'online')),
  status text not null
    check (status in ('created', 'pending', 'failed', 'captured', 'closed', 'due', 'collected', 'deposited')),
  amount_paise integer not null check (amount_paise between 0 and 1000000000),
  -- The sum of the captures, which the number of the latest and the foreign key to it hold it to.
  received_paise integer not null default 0,
  last_capture integer check (last_capture > 0),
  -- The sum of the refunds that did not fail.
  refunded_paise integer not null default 0,
  -- What the provider calls it, such as the id of an order of Razorpay. Null until the provider has answered.
  provider_reference text collate "C" check (length(provider_reference) between 1 and 120),
  -- How often the provider was told, or tried to be told.
  starts integer not null default 0 check (starts >= 0),
  -- When the provider is asked what became of it, should nothing be heard. Null: no more.
  look_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deposited_at timestamptz,
  deposited_by text collate "C",
  primary key (id) include (last_capture, received_paise),
  constraint payments_provider_reference unique (provider, provider_reference),
  constraint payments_begin_with_nothing check (last_capture is not null or received_paise = 0),
  constraint payments_refunded_was_received check (refunded_paise between 0 and received_paise),
  constraint payments_status_is_of_kind check (
    case kind when 'cash' then status in ('due', 'collected', 'deposited', 'closed')
      else status in ('created', 'pending', 'failed', 'captured', 'closed') end
  ),
  constraint payments_paid_is_received check (
    status not in ('captured', 'collected', 'deposited') or received_paise >= amount_paise
  ),
  constraint payments_deposited_is_dated check ((status = 'deposited') = (deposited_at is not null))
) with (fillfactor = 80);

create index payments_order on payments (order_id);
create index payments_look on payments (look_at) where look_at is not null;

-- Append-only, but for what of it was given back. Each begins where the one before ended, so that their sum is the
-- balance of the last.
create table captures (
  payment_id text collate "C" not null constraint captures_payment_fkey references payments,
  number integer not null check (number > 0),
  provider text collate "C" not null,
  -- What the provider calls it: money that comes is told several times, and counts once.
  reference text collate "C" not null check (length(reference) between 1 and 120),
  received_before integer not null check (received_before >= 0),
  -- In the smallest unit of its currency.
  amount_paise integer not null check (amount_paise > 0),
  received_after integer generated always as (received_before + amount_paise) stored,
  previous integer generated always as (nullif(number - 1, 0)) stored,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- It is what the payment asked for.
  is_exact boolean not null,
  refunded_paise integer not null default 0,
  -- The rider who took cash.
  actor_id text collate "C",
  at timestamptz not null,
  primary key (payment_id, number),
  constraint captures_once unique (provider, reference),
  unique (payment_id, number, received_after),
  constraint captures_first_begins_with_nothing check (number > 1 or received_before = 0),
  constraint captures_refunded_was_received check (refunded_paise between 0 and amount_paise),
  constraint captures_follow_each_other foreign key (payment_id, previous, received_before)
    references captures (payment_id, number, received_after)
);

create index captures_chain on captures (payment_id, previous, received_before);

alter table payments add constraint payments_captures_add_up
  foreign key (id, last_capture, received_paise) references captures (payment_id, number, received_after);

create function refuse_change_of_money() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'restrict_violation', table = tg_table_name, constraint = tg_argv[0],
    message = tg_argv[1];
end $$;

create trigger captures_stay before delete or truncate on captures
  for each statement execute function refuse_change_of_money('captures_stay', 'captures are never deleted');
create trigger captures_are_not_changed
  before update of payment_id, number, provider, reference, received_before, amount_paise, currency, is_exact, actor_id, at
  on captures for each statement
  execute function refuse_change_of_money('captures_are_not_changed', 'captures are never changed');
create trigger payments_stay before delete or truncate on payments
  for each statement execute function refuse_change_of_money('payments_stay', 'payments are never deleted');
create trigger payments_go_forward before update of last_capture on payments for each row
  when (old.last_capture is not null and (new.last_capture is null or new.last_capture < old.last_capture))
  execute function refuse_change_of_money('payments_go_forward', 'a payment cannot return to an earlier capture');

-- A capture comes with its payment, in one statement.
create function require_payment_of_capture() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select payment_id, max(number) as number from added group by payment_id) as latest
      left join payments on payments.id = latest.payment_id
      where payments.last_capture is distinct from latest.number
  ) then
    raise exception using errcode = 'restrict_violation', table = 'captures',
      constraint = 'captures_are_in_payment', message = 'a capture does not stand in its payment';
  end if;
  return null;
end $$;

create trigger captures_are_in_payment after insert on captures
  referencing new table as added for each statement execute function require_payment_of_capture();

create table payment_attempts (
  provider text collate "C" not null,
  -- What the provider calls one try to pay: a declined card, then another.
  reference text collate "C" not null check (length(reference) between 1 and 120),
  payment_id text collate "C" not null constraint payment_attempts_payment_fkey references payments,
  state text not null check (state in ('failed', 'authorized', 'captured')),
  -- The provider's code.
  reason text check (length(reason) between 1 and 100),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (provider, reference)
);

create index payment_attempts_payment on payment_attempts (payment_id);

create table refunds (
  id text collate "C" primary key check (length(id) between 5 and 40),
  order_id text collate "C" not null check (length(order_id) between 5 and 60),
  store_id text collate "C" not null,
  payment_id text collate "C" not null,
  capture_number integer not null,
  -- Of whoever asked: the same again asks for nothing more.
  reference text collate "C" not null check (length(reference) between 1 and 300),
  provider text collate "C" not null,
  provider_reference text collate "C" check (length(provider_reference) between 1 and 120),
  amount_paise integer not null check (amount_paise > 0),
  status text not null check (status in ('requested', 'pending', 'processed', 'failed', 'manual')),
  reason text not null check (length(reason) between 1 and 200),
  -- The provider's code for a failure.
  failure text check (length(failure) between 1 and 100),
  actor_id text collate "C",
  -- Who gave it back by hand, and how.
  settled_by text collate "C",
  note text check (length(note) between 1 and 200),
  tries integer not null default 0 check (tries >= 0),
  look_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint refunds_capture_fkey foreign key (payment_id, capture_number) references captures (payment_id, number),
  constraint refunds_once unique (order_id, reference, payment_id, capture_number),
  constraint refunds_provider_reference unique (provider, provider_reference),
  constraint refunds_by_hand_are_processed check (settled_by is null or status = 'processed'),
  constraint refunds_failed_has_reason check (status <> 'failed' or failure is not null),
  constraint refunds_open_are_looked_at check ((status in ('requested', 'pending')) = (look_at is not null))
) with (fillfactor = 80);

create index refunds_capture on refunds (payment_id, capture_number);
create index refunds_store on refunds (store_id, status, id);
create index refunds_look on refunds (look_at) where look_at is not null;

-- The inbox: what providers say, written down before it is answered.
create table provider_events (
  provider text collate "C" not null,
  event_id text collate "C" not null check (length(event_id) between 1 and 120),
  kind text not null check (length(kind) between 1 and 80),
  -- Sealed, for there are names and numbers in it; gone after some days.
  body text,
  body_hash bytea not null check (length(body_hash) = 32),
  received_at timestamptz not null,
  processed_at timestamptz,
  -- What it came to, in a word.
  outcome text check (length(outcome) between 1 and 40),
  tries integer not null default 0 check (tries >= 0),
  -- When it is processed should its job not have done so.
  look_at timestamptz,
  primary key (provider, event_id),
  constraint provider_events_processed_has_outcome check ((processed_at is not null) = (outcome is not null)),
  constraint provider_events_unprocessed_is_looked_at check ((processed_at is null) = (look_at is not null)),
  constraint provider_events_unprocessed_has_body check (processed_at is not null or body is not null)
) with (fillfactor = 80);

create index provider_events_look on provider_events (look_at) where look_at is not null;
create index provider_events_body on provider_events (received_at) where body is not null;
