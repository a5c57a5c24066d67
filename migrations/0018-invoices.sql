-- owner: invoices
-- why: invoices and credit notes, numbered from one upwards in each store and financial year. What may never happen is
--   refused here: a number twice, a number left out, two invoices of an order, a document that is changed later. Who bought
--   is kept apart, so that it can be erased.
-- locks: none, the tables are new; share row exclusive on stores and orders for a moment, for the foreign keys

-- What stands for a store in its numbers, once and for all.
create table invoice_prefixes (
  store_id text collate "C" primary key constraint invoice_prefixes_store_fkey references stores,
  prefix text collate "C" not null constraint invoice_prefixes_prefix_key unique check (prefix ~ '^[A-Z0-9]{1,5}$')
);

create table invoice_series (
  store_id text collate "C" not null constraint invoice_series_store_fkey references invoice_prefixes,
  kind text not null check (kind in ('invoice', 'creditNote')),
  -- The year in which it begins, on 1 April in India.
  financial_year smallint not null check (financial_year between 2017 and 2099),
  last_number integer not null,
  -- The number is included for the foreign key to it: one index for both.
  primary key (store_id, kind, financial_year) include (last_number)
) with (fillfactor = 50);

-- Append-only.
create table invoice_documents (
  id text collate "C" primary key check (length(id) between 5 and 40),
  kind text not null,
  store_id text collate "C" not null constraint invoice_documents_store_fkey references stores,
  financial_year smallint not null,
  sequence integer not null check (sequence > 0),
  previous integer generated always as (nullif(sequence - 1, 0)) stored,
  -- As it is printed: 16 characters at most, by rule 46 of the CGST rules.
  number text collate "C" not null constraint invoice_documents_number_key unique
    check (length(number) <= 16 and number ~ '^[A-Z0-9]+/C?[0-9]{2}/[0-9]{6,}$'),
  order_id text collate "C" not null constraint invoice_documents_order_fkey references orders,
  user_id text collate "C" not null,
  -- Of a credit note: what it belongs to, and the refund or return that it is for, which makes one only.
  invoice_id text collate "C" constraint invoice_documents_invoice_fkey references invoice_documents,
  cause text collate "C" constraint invoice_documents_cause_key unique check (length(cause) between 1 and 100),
  issued_at timestamptz not null,
  issued_on date not null,
  taxable_paise bigint not null check (taxable_paise >= 0),
  cgst_paise bigint not null check (cgst_paise >= 0),
  sgst_paise bigint not null check (sgst_paise >= 0),
  tip_paise bigint not null check (tip_paise >= 0),
  total_paise bigint not null,
  content jsonb not null check (jsonb_typeof(content) = 'object'),
  constraint invoice_documents_sequence_key unique (store_id, kind, financial_year, sequence),
  -- Number two is there only when number one is: no number is left out.
  constraint invoice_documents_follow_each_other foreign key (store_id, kind, financial_year, previous)
    references invoice_documents (store_id, kind, financial_year, sequence),
  constraint invoice_documents_number_says_sequence check (split_part(number, '/', 3)::integer = sequence),
  constraint invoice_documents_number_says_year check (right(split_part(number, '/', 2), 2)::integer = financial_year % 100),
  constraint invoice_documents_issued_in_year check (
    issued_on >= make_date(financial_year, 4, 1) and issued_on < make_date(financial_year + 1, 4, 1)
  ),
  constraint invoice_documents_issued_on_in_india check (issued_on = (issued_at at time zone 'Asia/Kolkata')::date),
  constraint invoice_documents_amounts_add_up check (
    total_paise = taxable_paise + cgst_paise + sgst_paise + tip_paise and total_paise >= 0
  ),
  constraint invoice_documents_credit_note_has_invoice check (
    (kind = 'creditNote') = (invoice_id is not null) and (kind = 'creditNote') = (cause is not null)
  )
);

create unique index invoice_documents_invoice_of_order on invoice_documents (order_id) where kind = 'invoice';
create index invoice_documents_order on invoice_documents (order_id);
create index invoice_documents_invoice on invoice_documents (invoice_id);
create index invoice_documents_chain on invoice_documents (store_id, kind, financial_year, previous);
create index invoice_documents_days on invoice_documents (store_id, kind, issued_on, sequence);

-- The latest number is one that there is: none was taken and not used.
alter table invoice_series add constraint invoice_series_last_is_issued
  foreign key (store_id, kind, financial_year, last_number)
  references invoice_documents (store_id, kind, financial_year, sequence);

create function refuse_change_of_invoices() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'restrict_violation', table = tg_table_name, constraint = tg_argv[0],
    message = tg_argv[1];
end $$;

create trigger invoice_documents_stay before update or delete or truncate on invoice_documents
  for each statement execute function refuse_change_of_invoices('invoice_documents_stay', 'invoices are never changed');
create trigger invoice_series_stay before delete or truncate on invoice_series
  for each statement execute function refuse_change_of_invoices('invoice_series_stay', 'series of invoices are never deleted');
create trigger invoice_series_go_forward before update on invoice_series for each row
  when (new.last_number <= old.last_number)
  execute function refuse_change_of_invoices('invoice_series_go_forward', 'a number is never taken back');
create trigger invoice_prefixes_stay before update or delete or truncate on invoice_prefixes
  for each statement execute function refuse_change_of_invoices('invoice_prefixes_stay', 'the prefix of a store never changes');

-- Personal parts, until their owner is erased.
create table invoice_buyers (
  invoice_id text collate "C" primary key constraint invoice_buyers_invoice_fkey references invoice_documents,
  user_id text collate "C" not null,
  name text check (length(name) between 1 and 200),
  address_lines text[],
  landmark text
);

create index invoice_buyers_user on invoice_buyers (user_id);
