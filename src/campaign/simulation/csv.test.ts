import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { curvesToCsv } from './csv.ts'
import type { SimulatedPoint } from './simulate-campaign.ts'

const point: SimulatedPoint = {
  spent: 1.5,
  answers: { anna: 3 },
  poolAccuracy: 0.5,
  balancedPoolAccuracy: 0.25,
  testAccuracy: null,
  balancedAccuracy: null,
  macroF1: 1 / 3,
}

test('a CSV has a row per point, a column per annotator, and nothing where nothing was measured', () => {
  const later = { ...point, spent: 2, answers: { anna: 3, qwen: 7 } }
  expect(curvesToCsv([{ strategy: 'margin', seed: 1, points: [point, later] }])).toBe(
    [
      'strategy,seed,spent,poolAccuracy,balancedPoolAccuracy,testAccuracy,balancedAccuracy,macroF1,answers_anna,answers_qwen',
      'margin,1,1.5,0.5,0.25,,,0.3333333333333333,3,0',
      'margin,1,2,0.5,0.25,,,0.3333333333333333,3,7',
      '',
    ].join('\n'),
  )
})

test('names with commas, quotes and line breaks come back as they were', () => {
  const strategy = 'a "new",\nbetter one'
  const csv = curvesToCsv([{ strategy, seed: 2, points: [{ ...point, answers: { 'x,"y"': 1 } }] }])
  const [row] = parse(csv, { columns: true }) as Record<string, string>[]
  expect(row).toMatchObject({ strategy, seed: '2', 'answers_x,"y"': '1' })
})

test('nobody has answers for the sake of a name', () => {
  const answers = [{}, Object.fromEntries([['constructor', 2]])]
  const csv = curvesToCsv([
    { strategy: 'margin', seed: 1, points: answers.map((given) => ({ ...point, answers: given })) },
  ])
  expect(parse(csv, { columns: true })).toMatchObject([{ answers_constructor: '0' }, { answers_constructor: '2' }])
})

test('without curves there is a header', () => {
  expect(curvesToCsv([]).split('\n').length).toBe(2)
})
