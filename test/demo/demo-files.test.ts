import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { area } from '@turf/area'
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import { kinks } from '@turf/kinks'
import { parse } from 'csv-parse/sync'
import type { Polygon } from 'geojson'
import { Value } from 'typebox/value'
import { wordsOf } from '../../src/modules/catalog/search-text.ts'
import { NewCouponBody } from '../../src/modules/pricing/coupon-schemas.ts'
import { NewFeeRuleBody } from '../../src/modules/pricing/fee-rule-schemas.ts'

type Row = Record<string, string>

const rowsOf = (file: string): Row[] => parse(readFileSync(`demo/${file}.csv`, 'utf8'), { columns: true })

const categories = rowsOf('categories')
const products = rowsOf('products')
const listings = rowsOf('listings')
const stock = rowsOf('stock')

interface DemoStore {
  code: string
  point: { lat: number; lng: number }
  hours: { week: Record<string, unknown> }
  serviceArea: Polygon
}
const stores: DemoStore[] = JSON.parse(readFileSync('demo/stores.json', 'utf8'))

const bySku = new Map(products.map((row) => [row['sku'], row]))
const column = (rows: Row[], name: string): string[] => rows.map((row) => row[name] ?? '')
const groups = (rows: Row[], name: string): Row[][] => [...Map.groupBy(rows, (row) => row[name]).values()]
const twice = (values: string[]): string[] => values.filter((value, at) => values.indexOf(value) !== at)
const without = (rows: Row[], isFine: (row: Row) => boolean): Row[] => rows.filter((row) => !isFine(row))
const pairs = (rows: Row[]): string[] => rows.map((row) => `${row['store']} ${row['sku']}`)

const money = /^[1-9][0-9]*\.[0-9]{2}$/
const paise = (rupees: string | undefined): number => Math.round(Number(rupees) * 100)
const isWhole = (text: string | undefined): boolean => /^(0|[1-9][0-9]*)$/.test(text ?? '')

/** Grams, millilitres, metres or pieces in a pack such as `6 x 60 g`. */
function amountOf(pack = ''): { unit: string; amount: number } {
  const [, count = '1', size, unit = ''] = /^(?:([0-9]+) x )?([0-9.]+) (g|kg|ml|L|m|pcs?)$/.exec(pack) ?? []
  const amount = Number(count) * Number(size)
  if (unit === 'kg' || unit === 'L') return { unit: unit === 'kg' ? 'g' : 'ml', amount: amount * 1000 }
  return { unit: unit === 'pc' ? 'pcs' : unit, amount }
}

function hasGoodCheckDigit(ean: string): boolean {
  const weighted = [...ean].toReversed().map((digit, at) => Number(digit) * (at % 2 === 0 ? 1 : 3))
  return weighted.reduce((sum, each) => sum + each, 0) % 10 === 0
}

/** Packs that cost more for the same amount than a smaller pack of the product. */
function dearPacks(packs: Row[], priceOf: (row: Row) => number): string[] {
  const sized = packs.map((row) => ({
    ...amountOf(bySku.get(row['sku'])?.['pack']),
    sku: row['sku'],
    price: priceOf(row),
  }))
  const isDear = (big: (typeof sized)[number]) =>
    sized.some(
      (small) =>
        small.unit === big.unit && small.amount < big.amount && big.price * small.amount > small.price * big.amount,
    )
  return sized.filter(isDear).map(({ sku }) => sku ?? '')
}

test('the catalogue has the size of a small shop', () => {
  const roots = without(categories, (row) => row['parent'] !== '')
  assert.ok(roots.length >= 12)
  assert.ok(categories.length - roots.length >= 50)
  assert.ok(new Set(column(products, 'product_code')).size >= 340)
  assert.ok(products.length >= 450)
  assert.equal(stores.length, 3)
})

test('every category has its parent above it, and every leaf has products', () => {
  const slugs = column(categories, 'slug')
  const leaves = categories.filter((row) => row['parent'] !== '')
  assert.deepEqual(twice(slugs), [])
  assert.deepEqual(
    without(categories, ({ slug = '' }) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)),
    [],
  )
  assert.deepEqual(
    without(
      leaves,
      ({ slug = '', parent = '' }) => slugs.indexOf(parent) >= 0 && slugs.indexOf(parent) < slugs.indexOf(slug),
    ),
    [],
  )
  assert.deepEqual(new Set(column(products, 'category')), new Set(column(leaves, 'slug')))
})

test('every row of a product says the same of the product, and no two products have one name and brand', () => {
  const shared = ['name', 'brand', 'category', 'description', 'image_urls', 'keywords']
  const each = groups(products, 'product_code')
  for (const rows of each)
    for (const name of shared) assert.equal(new Set(column(rows, name)).size, 1, `${rows[0]?.['product_code']} ${name}`)
  assert.deepEqual(twice(each.map(([row]) => `${row?.['brand']} ${row?.['name']}`)), [])
})

test('SKUs are unique upper case, and no product has two packs of a size', () => {
  assert.deepEqual(twice(column(products, 'sku')), [])
  assert.deepEqual(
    without(products, ({ sku = '' }) => /^[A-Z0-9][A-Z0-9._-]{0,39}$/.test(sku)),
    [],
  )
  assert.deepEqual(twice(products.map((row) => `${row['product_code']} ${row['pack']}`)), [])
})

test('EANs are unique, of the range for a shop, with the right check digit', () => {
  const eans = column(products, 'ean').filter((ean) => ean !== '')
  assert.ok(eans.length > 300)
  assert.deepEqual(twice(eans), [])
  assert.deepEqual(
    eans.filter((ean) => !/^2[0-9]{12}$/.test(ean) || !hasGoodCheckDigit(ean)),
    [],
  )
})

test('packs, weights, prices, tax and storage have the form that the catalogue takes', () => {
  assert.deepEqual(
    without(products, ({ pack }) => amountOf(pack).amount > 0),
    [],
  )
  assert.deepEqual(
    without(products, ({ mrp = '' }) => money.test(mrp)),
    [],
  )
  assert.deepEqual(
    without(products, ({ hsn_code = '' }) => /^[0-9]{4}([0-9]{2}){0,2}$/.test(hsn_code)),
    [],
  )
  assert.deepEqual(
    without(products, ({ gst_percent = '' }) => ['0', '5', '18', '40'].includes(gst_percent)),
    [],
  )
  assert.deepEqual(
    without(products, ({ storage = '' }) => ['ambient', 'chilled', 'frozen'].includes(storage)),
    [],
  )
  assert.deepEqual(
    without(products, ({ max_per_order = '' }) => /^[1-9][0-9]?$/.test(max_per_order)),
    [],
  )
  assert.deepEqual(
    without(products, ({ weight_grams }) => isWhole(weight_grams) && Number(weight_grams) > 0),
    [],
  )
  assert.ok(products.filter((row) => row['age_restricted'] === 'yes').length >= 2)
})

test('a larger pack never costs more for the same amount, neither by its MRP nor in a store', () => {
  for (const packs of groups(products, 'product_code'))
    assert.deepEqual(
      dearPacks(packs, (row) => paise(row['mrp'])),
      [],
    )
  const codes = (row: Row) => `${row['store']} ${bySku.get(row['sku'])?.['product_code']}`
  for (const packs of Map.groupBy(listings, codes).values())
    assert.deepEqual(
      dearPacks(packs, (row) => paise(row['price'])),
      [],
    )
})

test('people find staples by their Hindi names in either script', () => {
  const found = (word: string) =>
    products.filter(({ keywords = '' }) => wordsOf(keywords).includes(wordsOf(word)[0] ?? ''))
  for (const word of [
    'doodh',
    'दूध',
    'dahi',
    'दही',
    'pyaz',
    'aloo',
    'आलू',
    'atta',
    'chawal',
    'चावल',
    'anda',
    'namak',
    'cheeni',
  ])
    assert.ok(found(word).length > 0 || products.some(({ name = '' }) => wordsOf(name).includes(word)), word)
})

const realBrands = `
  amul nandini britannia parle haldiram maggi nestle nescafe tata aashirvaad fortune saffola everest mdh mtr lays kurkure bingo coca
  pepsi sprite thums frooti maaza bisleri cadbury oreo kitkat surf ariel tide vim harpic lizol colin dettol lifebuoy dove lux pears
  colgate pepsodent sensodyne gillette nivea vaseline pampers huggies whisper stayfree pedigree whiskas vicks moov eno dabur patanjali
  duracell horlicks bournvita kellogg quaker kissan cornetto annapurna daawat savlon goodknight cello blinkit zepto instamart bigbasket
`

test('no text names a real brand', () => {
  const texts = products.map(
    (row) => ` ${wordsOf(['name', 'brand', 'description', 'keywords'].map((name) => row[name]).join(' ')).join(' ')} `,
  )
  assert.deepEqual(
    wordsOf(realBrands).filter((brand) => texts.some((text) => text.includes(` ${brand} `))),
    [],
  )
})

test('each store lists most of the packs but not all, at no more than the MRP', () => {
  assert.deepEqual(twice(pairs(listings)), [])
  assert.deepEqual(new Set(column(listings, 'store')), new Set(stores.map(({ code }) => code)))
  assert.deepEqual(
    without(listings, ({ sku, price = '' }) => money.test(price) && paise(price) <= paise(bySku.get(sku)?.['mrp'])),
    [],
  )
  assert.deepEqual(
    without(listings, ({ rank, listed = '' }) => isWhole(rank) && ['yes', 'no'].includes(listed)),
    [],
  )
  for (const rows of groups(listings, 'store'))
    assert.ok(rows.length > products.length * 0.75 && rows.length < products.length, rows[0]?.['store'])
})

test('what is listed has been counted, some of it is sold out and some nearly so', () => {
  assert.deepEqual(pairs(stock).toSorted(), pairs(listings).toSorted())
  const numbers = ['on_hand', 'buffer', 'low_stock_at']
  assert.deepEqual(
    without(stock, (row) => numbers.every((name) => isWhole(row[name]))),
    [],
  )
  for (const rows of groups(stock, 'store')) {
    assert.ok(rows.some((row) => row['on_hand'] === '0'))
    assert.ok(rows.some((row) => ['1', '2', '3', '4'].includes(row['on_hand'] ?? '')))
    assert.ok(rows.filter((row) => Number(row['on_hand']) > 5).length > rows.length * 0.85)
  }
})

test('service areas are closed, do not cross themselves, hold their store, and meet without being the same', () => {
  for (const { code, point, serviceArea } of stores) {
    const [ring = []] = serviceArea.coordinates
    assert.deepEqual(ring[0], ring.at(-1), code)
    assert.equal(kinks(serviceArea).features.length, 0, code)
    assert.ok(booleanPointInPolygon([point.lng, point.lat], serviceArea), code)
    const squareKm = area(serviceArea) / 1e6
    assert.ok(squareKm > 10 && squareKm < 30, `${code}: ${squareKm} km²`)
  }
  const near = Array.from({ length: 200 }, (_, at) => 77.6 + at * 0.0004)
  const points = Array.from({ length: 300 }, (_, at) => 12.885 + at * 0.0004).flatMap((lat) =>
    near.map((lng) => [lng, lat]),
  )
  const covering = points.map(
    (point) => stores.filter(({ serviceArea }) => booleanPointInPolygon(point, serviceArea)).length,
  )
  const shared = covering.filter((count) => count > 1).length
  assert.ok(shared > 0 && shared < covering.filter((count) => count > 0).length * 0.1, `${shared} points`)
})

test('one store is open round the clock, and the others open and close', () => {
  const days = stores.map(({ hours }) => Object.values(hours.week))
  assert.ok(days.every((week) => week.length === 7))
  assert.equal(days.filter((week) => week.every((day) => day === '24h')).length, 1)
})

test('fee rules and coupons are such as the routes take, without a field that they do not know', () => {
  const { feeRules, coupons } = JSON.parse(readFileSync('demo/prices.json', 'utf8'))
  assert.ok(feeRules.length > 0 && coupons.length > 0)
  for (const [all, schema] of [
    [feeRules, NewFeeRuleBody],
    [coupons, NewCouponBody],
  ] as const)
    for (const each of all) {
      assert.deepEqual([...Value.Errors(schema, each)], [], JSON.stringify(each))
      assert.deepEqual(
        Object.keys(each).filter((field) => !(field in schema.properties)),
        [],
      )
    }
})
