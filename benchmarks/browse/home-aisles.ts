import type { Aisle } from './vocabulary.ts'

export const homeAisles: readonly Aisle[] = [
  {
    name: 'Cleaning and home',
    hsnCode: '3402',
    gstBasisPoints: 1800,
    storage: 'ambient',
    brands:
      'Surf Excel, Ariel, Tide, Vim, Harpic, Lizol, Comfort, Scotch Brite, Exo, Good Knight, Odonil, Presto, Rin, Dettol',
    adjectives:
      'matic, lemon, floral, power, easy, active, lavender, front load, antibacterial, citrus, original, pine, gentle',
    packs: '100 g, 200 g, 500 g, 1 kg, 2 kg, 250 ml, 500 ml, 1 l, 2 l',
    prices: [10, 750],
    shelves: {
      Detergents: 'detergent powder, liquid detergent, detergent bar, washing powder',
      'Fabric care': 'fabric conditioner, stain remover, fabric whitener, starch',
      Dishwashing: 'dishwash bar, dishwash liquid, scrubber, dishwasher tablets, steel scrubber',
      'Floor and toilet cleaners': 'toilet cleaner, floor cleaner, bathroom cleaner, phenyl, glass cleaner',
      'Pest control': 'mosquito refill, mosquito coil, insect spray, cockroach gel, rat trap',
      Fresheners: 'room freshener, air freshener block, incense sticks, camphor, dhoop',
      'Bins and brooms': 'garbage bags, broom, mop, dustpan, cleaning cloth',
      'Kitchen rolls and foil': 'aluminium foil, kitchen towel, cling film, paper napkins, butter paper',
      'Batteries and bulbs': 'batteries, led bulb, extension cord, candles, matchbox',
    },
  },
  {
    name: 'Personal and baby care',
    hsnCode: '3401',
    gstBasisPoints: 1800,
    storage: 'ambient',
    brands:
      'Dove, Lux, Dettol, Colgate, Pampers, Head and Shoulders, Himalaya, Nivea, Gillette, Whisper, Clinic Plus, Mamaearth, Pears, Huggies',
    adjectives:
      'moisturising, herbal, anti dandruff, total, aloe, gentle, charcoal, sensitive, neem, smooth, men, extra large, soft',
    packs: '75 g, 100 g, 125 g, 150 g, 100 ml, 180 ml, 340 ml, 650 ml, 10 pcs, 42 pcs',
    prices: [20, 900],
    shelves: {
      'Bath soap': 'soap, bath soap, body wash, shower gel, loofah',
      Shampoo: 'shampoo, conditioner, hair serum, dry shampoo',
      'Hair oil and colour': 'hair oil, hair colour, hair gel, henna, coconut hair oil',
      'Oral care': 'toothpaste, toothbrush, mouthwash, dental floss, electric toothbrush',
      'Skin care': 'face wash, moisturiser, sunscreen, body lotion, face cream, lip balm, face mask',
      'Shaving and deodorants': 'razor, shaving foam, deodorant, after shave, perfume, trimmer',
      'Hand wash': 'hand wash, hand sanitiser, hand wash refill, wet wipes',
      'Feminine care': 'sanitary pads, panty liners, tampons, menstrual cup, intimate wash',
      'Baby care': 'diapers, baby wipes, baby lotion, baby soap, baby powder, feeding bottle',
    },
  },
]
