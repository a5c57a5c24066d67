-- owner: platform
-- why: the answer to a request that carries an Idempotency-Key, written in the transaction that did what was asked: who
--   asks again with the same key gets it once more, and nothing is done twice.
-- locks: none, the table is new
create table idempotency_keys (
  principal text collate "C" not null check (length(principal) between 1 and 80),
  key text collate "C" not null check (length(key) between 1 and 200),
  fingerprint bytea not null check (length(fingerprint) = 32),
  status smallint not null check (status between 200 and 299),
  answer text not null,
  created_at timestamptz not null,
  primary key (principal, key)
);

create index idempotency_keys_created on idempotency_keys (created_at);
