-- owner: catalog
-- why: what can be sold. A product is one thing, its variants are its packs, a listing is a pack in a store with a price.
--   The database itself refuses a price above the MRP: a listing carries the MRP of its variant, and the two cannot differ.
-- locks: none, the tables are new
create extension if not exists pg_trgm;
create extension if not exists fuzzystrmatch;

create table categories (
  id text collate "C" primary key check (length(id) between 5 and 40),
  parent_id text collate "C",
  depth smallint not null check (depth between 1 and 3),
  parent_depth smallint generated always as (depth - 1) stored,
  slug text collate "C" not null constraint categories_slug_key unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
  name text not null check (length(name) between 1 and 80),
  image_url text check (length(image_url) <= 500),
  position integer not null default 0 check (position between 0 and 1000000),
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  unique (id, depth),
  constraint categories_only_roots_stand_alone check ((depth = 1) = (parent_id is null)),
  -- A parent is one step higher, so that no category is its own ancestor.
  constraint categories_parent_is_above foreign key (parent_id, parent_depth) references categories (id, depth)
);

create index categories_parent on categories (parent_id, parent_depth);

create table products (
  id text collate "C" primary key check (length(id) between 5 and 40),
  -- What an operator's own files call it.
  code text collate "C" constraint products_code_key unique check (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'),
  category_id text collate "C" not null constraint products_category_fkey references categories,
  name text not null check (length(name) between 1 and 160),
  brand text check (length(brand) between 1 and 80),
  description text check (length(description) between 1 and 4000),
  image_urls text[] not null default '{}' check (cardinality(image_urls) <= 10),
  attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  keywords text[] not null default '{}' check (cardinality(keywords) <= 20),
  -- Stems of name (A), brand (B), keywords and categories (C) and description (D).
  search tsvector not null default '',
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz
);

create index products_category on products (category_id, id);
-- For the beginning of a name.
create index products_name on products (lower(name) text_pattern_ops);

create table variants (
  id text collate "C" primary key check (length(id) between 5 and 40),
  product_id text collate "C" not null constraint variants_product_fkey references products,
  sku text collate "C" not null constraint variants_sku_key unique check (sku ~ '^[A-Z0-9][A-Z0-9._-]{0,39}$'),
  ean text collate "C" constraint variants_ean_key unique check (ean ~ '^([0-9]{8}|[0-9]{12,14})$'),
  pack text not null check (length(pack) between 1 and 40),
  mrp_paise integer not null check (mrp_paise between 1 and 100000000),
  hsn_code text collate "C" not null check (hsn_code ~ '^[0-9]{4}([0-9]{2}){0,2}$'),
  -- Hundredths of a per cent.
  gst_basis_points smallint not null check (gst_basis_points in (0, 25, 300, 500, 1200, 1800, 2800, 4000)),
  weight_grams integer check (weight_grams between 1 and 1000000),
  storage text not null default 'ambient' check (storage in ('ambient', 'chilled', 'frozen')),
  max_per_order smallint not null default 10 check (max_per_order between 1 and 100),
  is_age_restricted boolean not null default false,
  position integer not null default 0 check (position between 0 and 1000),
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  unique (id, mrp_paise)
);

create index variants_product on variants (product_id);

create table listings (
  store_id text collate "C" not null references stores,
  variant_id text collate "C" not null,
  mrp_paise integer not null,
  price_paise integer not null check (price_paise > 0),
  is_listed boolean not null default true,
  -- The lower, the further in front.
  rank integer not null default 1000 check (rank between 0 and 1000000),
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (store_id, variant_id),
  constraint listings_variant_fkey foreign key (variant_id, mrp_paise) references variants (id, mrp_paise) on update cascade,
  constraint listings_price_within_mrp check (price_paise <= mrp_paise)
);

create index listings_variant on listings (variant_id, mrp_paise);

-- How many of a variant a store has, as far as it is shown: 5 stands for five or more. Inventory says so.
create table shown_stock (
  store_id text collate "C" not null references stores,
  variant_id text collate "C" not null references variants,
  units_left smallint not null check (units_left between 0 and 5),
  primary key (store_id, variant_id)
);

create index shown_stock_variant on shown_stock (variant_id);

-- A product in a store, as lists show it: one row to read, made of the tables above in the transaction that changes them.
create table shelf_items (
  store_id text collate "C" not null references stores,
  product_id text collate "C" not null references products,
  category_1 text collate "C" not null,
  category_2 text collate "C",
  category_3 text collate "C",
  brand text collate "C",
  name text collate "C" not null,
  rank integer not null,
  price_paise integer not null,
  is_in_stock boolean not null,
  search tsvector not null,
  -- JSON, word for word as it is sent.
  card text not null,
  primary key (store_id, product_id)
) with (fillfactor = 85);

create index shelf_items_product on shelf_items (product_id);
create index shelf_items_rank on shelf_items (store_id, is_in_stock desc, rank, product_id);
create index shelf_items_category_1 on shelf_items (store_id, category_1, is_in_stock desc, rank, product_id);
create index shelf_items_category_2 on shelf_items (store_id, category_2, is_in_stock desc, rank, product_id) where category_2 is not null;
create index shelf_items_category_3 on shelf_items (store_id, category_3, is_in_stock desc, rank, product_id) where category_3 is not null;
create index shelf_items_brand on shelf_items (store_id, lower(brand), is_in_stock desc, rank, product_id) where brand is not null;
create index shelf_items_price on shelf_items (store_id, is_in_stock desc, price_paise, product_id);
create index shelf_items_price_1 on shelf_items (store_id, category_1, is_in_stock desc, price_paise, product_id);
create index shelf_items_price_2 on shelf_items (store_id, category_2, is_in_stock desc, price_paise, product_id) where category_2 is not null;
create index shelf_items_price_3 on shelf_items (store_id, category_3, is_in_stock desc, price_paise, product_id) where category_3 is not null;
create index shelf_items_name on shelf_items (store_id, is_in_stock desc, name, product_id);

-- The stems that a product is found by in a store, each behind the end of the store's id and its weight: one list for each
-- of them, so that a search reads nothing of other stores and of what only mentions a word. Stems hold no spaces.
create function shelf_terms(store_id text, search tsvector) returns text[] language sql immutable parallel safe return
  array(
    select right(store_id, 8) || weight::text || stem
    from unnest('{a,b,c,d}'::"char"[]) as weight, unnest(tsvector_to_array(ts_filter(search, array[weight]))) as stem
  );
create index shelf_items_search on shelf_items using gin (shelf_terms(store_id, search)) with (gin_pending_list_limit = 256);

-- Whoever makes the shelf rows of a product holds its row here meanwhile. Not the product's own, which an import that
-- changes it keeps for as long as it runs: nobody's stock may wait for that.
create table shelf_locks (
  product_id text collate "C" primary key references products
);

-- Products whose search text and shelf rows are older than the tables above, because very many changed at once. Written in
-- the transaction of the change; a job makes up for it. A product may be in here several times. No foreign key: rows come
-- and go by the thousand, and no product is ever deleted.
create table shelf_pending (
  number bigint generated always as identity primary key,
  product_id text collate "C" not null,
  -- Whether search text may be older too, or only the shelf.
  has_new_texts boolean not null
);

-- Every word that products are found by, for completing and correcting what people type.
create table search_words (
  word text collate "C" primary key check (length(word) between 1 and 40),
  stem text collate "C" not null,
  -- In how many products, some time ago.
  frequency integer not null default 1 check (frequency >= 0)
);

create index search_words_stem on search_words (stem);
-- Of those on their way out: few, and asked for with every product that is written.
create index search_words_unused on search_words (word) where frequency = 0;
-- Of an expression that only the search for similar words has: the index could do `word = …` as well, a thousand times slower
-- than the primary key, and before the table is analysed PostgreSQL would choose it.
create index search_words_trigrams on search_words using gin ((word || '') gin_trgm_ops);

create table search_synonyms (
  term text collate "C" primary key check (length(term) between 1 and 40),
  meanings text[] not null check (cardinality(meanings) between 1 and 8)
);
