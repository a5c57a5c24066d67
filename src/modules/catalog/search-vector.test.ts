import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { searchVector, wordsToOffer } from './search-vector.ts'

const milk = {
  name: 'Amul Toned Milks',
  brand: 'Amul',
  keywords: ['दूध', "farmer's"],
  categoryNames: ['Dairy & Bread', 'Milk'],
  packs: ['500 ml', '1 L', 'Pack of 6'],
  description: 'Fresh \\ milk: \'daily\' "A2"',
}

describe('what a product is found by', () => {
  test('is its stems, each with where it stands and how much that counts', () => {
    assert.equal(
      searchVector(milk),
      [
        "'amul':1A 'tone':2A 'milk':3A 'amul':4B 'दूध':5C 'farmer':6C 'dairi':7C 'bread':8C 'milk':9C",
        "'500':10C '500ml':11C '1':12C '1000ml':13C '6':14C 'pack':15C 'of':16C",
        "'fresh':17D 'milk':18D 'daili':19D 'a':20D '2':21D",
      ].join(' '),
    )
  })

  test('is nothing where no text has a word', () => {
    assert.equal(
      searchVector({ name: '—', brand: null, keywords: [], categoryNames: [], description: null, packs: [] }),
      '',
    )
  })

  test('is offered word by word, but for the description', () => {
    assert.deepEqual(
      [...wordsToOffer(milk).keys()],
      [
        'amul',
        'toned',
        'milks',
        'दूध',
        'farmers',
        'dairy',
        'bread',
        'milk',
        '500',
        '500ml',
        '1',
        '1000ml',
        '6',
        'pack',
        'of',
      ],
    )
    assert.equal(wordsToOffer(milk).get('milks'), 'milk')
  })
})
