import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isMeasure, measuresOf, wordsAndMeasures, wordsBesideMeasures } from './search-measures.ts'

describe('an amount', () => {
  test('is one word that is the same however it is written', () => {
    for (const text of ['1 kg', '1kg', '1 KG', '1000 g', '1000gms', '1 kilo', '1-kg', '1.0 kg'])
      assert.deepEqual(measuresOf(text), ['1000g'], text)
    assert.deepEqual(measuresOf('500 ml, 1.5 l, 4 x 125g'), ['500ml', '1500ml', '125g'])
  })

  test('is not made of the beginning of a word, nor of a number alone', () => {
    for (const text of ['1 lachha', '6 eggs', '2 golden', 'a1 l', '500', '1 लीटर', ''])
      assert.deepEqual(measuresOf(text), [], text)
  })

  test('stands in its place among the words', () => {
    assert.deepEqual(wordsAndMeasures('Atta 5kg & 500 ML milk 6'), ['atta', '5000g', '500ml', 'milk', '6'])
    assert.deepEqual(wordsBesideMeasures('4 x 125 g'), ['4', 'x'])
    assert.deepEqual(['6', '500ml', 'a2', 'ml'].map(isMeasure), [true, true, false, false])
  })
})
