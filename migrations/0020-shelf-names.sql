-- owner: catalog
-- why: lists in the order of names take no account of capitals: "iPhone cable" comes before "Zebra pen". Nothing else reads
--   this column.
-- locks: the rows of the shelf, while they are written
update shelf_items set name = lower(name) where name <> lower(name);
