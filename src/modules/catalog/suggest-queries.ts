import type { Database } from '../../platform/database/database.ts'

/** The brands on a store's shelf that begin with these letters, by name, each found with one look into an index. */
export async function readBrands(
  database: Pick<Database, 'lookUp'>,
  { storeId, beginning, limit }: { storeId: string; beginning: string; limit: number },
): Promise<string[]> {
  const next = (from: string) => `
    (select brand, lower(brand) as folded from shelf_items
     where store_id = $1 and brand is not null and lower(brand) ${from}
       and lower(brand) < lower($2::text collate "C") || chr(1114111)
     order by lower(brand) limit 1)`
  const { rows } = await database.lookUp(
    `with recursive found as (
       ${next('>= lower($2::text collate "C")')}
       union all
       select following.* from found, lateral ${next('> found.folded')} as following
     ) select brand from found limit $3`,
    [storeId, beginning, limit],
    'suggest-brands',
  )
  return (rows as { brand: string }[]).map(({ brand }) => brand)
}
