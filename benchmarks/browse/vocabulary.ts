import { foodAisles } from './food-aisles.ts'
import { homeAisles } from './home-aisles.ts'

/** One of the categories at the root, with what its products are called and sold as. Lists are in the order of frequency. */
export interface Aisle {
  name: string
  hsnCode: string
  gstBasisPoints: number
  storage: 'ambient' | 'chilled' | 'frozen'
  brands: string
  adjectives: string
  packs: string
  /** Of a small pack, in rupees. */
  prices: readonly [lowest: number, highest: number]
  /** Kinds of things by the category that they stand in. */
  shelves: Readonly<Record<string, string>>
}

/** Words of grocery shops in India. Real brands stand among made-up ones that a large data set adds. */
export const aisles: readonly Aisle[] = [...foodAisles, ...homeAisles]

/** What people call things, and the words that these are found by. */
export const synonyms: Readonly<Record<string, readonly string[]>> = {
  doodh: ['milk'],
  दूध: ['milk'],
  chawal: ['rice'],
  चावल: ['rice'],
  aloo: ['potato'],
  आलू: ['potato'],
  pyaz: ['onion'],
  प्याज: ['onion'],
  tamatar: ['tomato'],
  टमाटर: ['tomato'],
  chini: ['sugar'],
  चीनी: ['sugar'],
  namak: ['salt'],
  नमक: ['salt'],
  makhan: ['butter'],
  मक्खन: ['butter'],
  chai: ['tea'],
  चाय: ['tea'],
  sabun: ['soap'],
  साबुन: ['soap'],
  tel: ['oil'],
  तेल: ['oil'],
  kela: ['banana'],
  केला: ['banana'],
}
