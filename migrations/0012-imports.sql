-- owner: imports
-- why: files with products, listings or stock on their way into the tables: first every row is read and checked, then
--   all are applied in one transaction. What is wrong stands beside them, line by line.
-- locks: none, the tables are new
create table imports (
  id text collate "C" primary key check (length(id) between 5 and 40),
  kind text not null check (length(kind) between 1 and 40),
  format text not null check (format in ('csv', 'jsonl')),
  on_fault text not null check (on_fault in ('stop', 'continue')),
  -- Everything is done and rolled back at the end: only the report is kept.
  is_dry_run boolean not null default false,
  -- What it is about besides its rows, such as the store of a file without that column.
  scope jsonb not null default '{}' check (jsonb_typeof(scope) = 'object'),
  file_name text check (length(file_name) between 1 and 200),
  status text not null check (status in ('receiving', 'waiting', 'applying', 'done', 'refused', 'abandoned')),
  rows_read integer not null default 0 check (rows_read >= 0),
  rows_faulty integer not null default 0 check (rows_faulty >= 0),
  -- All of them, of which import_faults keeps the first thousand.
  faults_found integer not null default 0 check (faults_found >= 0),
  rows_applied integer not null default 0 check (rows_applied >= 0),
  created integer not null default 0 check (created >= 0),
  changed integer not null default 0 check (changed >= 0),
  unchanged integer not null default 0 check (unchanged >= 0),
  actor_id text collate "C",
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- The rows are committed. What follows from them may still be under way.
  applied_at timestamptz,
  finished_at timestamptz,
  constraint imports_finished check ((finished_at is null) = (status in ('receiving', 'waiting', 'applying')))
);

create index imports_created on imports (created_at);
create index imports_receiving on imports (updated_at) where status = 'receiving';

create table import_chunks (
  import_id text collate "C" not null references imports on delete cascade,
  number integer not null check (number > 0),
  -- [{ "line": 2, "row": { … } }, …]
  rows jsonb not null check (jsonb_typeof(rows) = 'array'),
  primary key (import_id, number)
);

create table import_faults (
  import_id text collate "C" not null references imports on delete cascade,
  number integer not null check (number > 0),
  -- 0 when it is the file as a whole.
  line integer not null check (line >= 0),
  column_name text check (length(column_name) between 1 and 100),
  reason text not null check (length(reason) between 1 and 300),
  primary key (import_id, number)
);
