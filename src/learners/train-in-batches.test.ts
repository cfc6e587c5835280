import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { trainInBatches } from './train-in-batches.ts'

test('every item is in one batch of each epoch, and batches are of about equal size', async () => {
  const seen: number[][] = []
  const training = { n: 70, epochs: 3, batchSize: 32, learningRate: 1 }
  await trainInBatches([], training, makeRng(1), async (rows) => {
    seen.push([...rows])
    return []
  })
  expect(seen.map((rows) => rows.length)).toEqual([35, 35, 35, 35, 35, 35])
  const all = Array.from({ length: 70 }, (_, i) => i)
  for (let epoch = 0; epoch < 3; epoch++) {
    const epochRows = [...seen[2 * epoch]!, ...seen[2 * epoch + 1]!]
    expect(epochRows.sort((a, b) => a - b)).toEqual(all)
  }
})

test('the learning rate rises to its highest and falls to nothing', async () => {
  // A constant gradient makes each of Adam's steps as long as its learning rate.
  const values = new Float64Array(1)
  const places = [0]
  const training = { n: 1, epochs: 100, batchSize: 1, learningRate: 0.5 }
  await trainInBatches([{ values, weightDecay: 0 }], training, makeRng(1), async () => {
    if (values[0] !== 0) places.push(values[0]!)
    return [Float32Array.of(-1)]
  })
  const rates = places.slice(1).map((place, step) => place - places[step]!)
  expect(rates[0]).toBeCloseTo(0.05, 5)
  expect(rates[9]).toBeCloseTo(0.5, 5)
  expect(rates.slice(10)).toEqual(rates.slice(10).toSorted((a, b) => b - a))
  expect(rates.at(-1)).toBeLessThan(0.005)
})
