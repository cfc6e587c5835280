import { expect, test } from 'vitest'
import { makeOracle } from '../../annotators/oracle.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { modelWith } from './asked-model.ts'

const taxonomy = makeTaxonomy(
  [
    {
      name: 'insect',
      classes: [{ name: 'bee', classes: [{ name: 'honeybee' }, { name: 'bumblebee' }] }, { name: 'moth' }],
    },
  ],
  ['order', 'family', 'species'],
)
const model = (id: string, level: string, price: number, trusted = false) =>
  makeOracle({
    id,
    price: { kind: 'answer', amount: price },
    questions: [{ kind: 'classify', level }],
    trusted,
    labels: 'truth',
    taxonomy,
    seed: 1,
  })

test('a level of one class tells nothing, and is asked about only where there is no other', () => {
  const orders = model('orders', 'order', 1)
  const annotators = [model('person', 'species', 9, true), orders, model('species', 'species', 2)]
  const families = model('families', 'family', 3)
  expect(modelWith('coarsest', { annotators, taxonomy })?.annotator.id).toBe('species')
  expect(modelWith('coarsest', { annotators: [...annotators, families], taxonomy })?.annotator.id).toBe('families')
  expect(modelWith('coarsest', { annotators, taxonomy }, 'orders')?.level.name).toBe('order')
  expect(modelWith('finest', { annotators, taxonomy })?.annotator.id).toBe('species')
  expect(modelWith('finest', { annotators: [orders], taxonomy })?.annotator.id).toBe('orders')
})

test('of equals the cheapest is asked, then the first; nobody trusted', () => {
  const annotators = [model('b', 'family', 2), model('a', 'family', 2), model('dear', 'family', 3)]
  expect(modelWith('finest', { annotators, taxonomy })?.annotator.id).toBe('b')
  expect(modelWith('finest', { annotators, taxonomy }, 'person')).toBeUndefined()
  expect(modelWith('coarsest', { annotators: [model('person', 'species', 9, true)], taxonomy })).toBeUndefined()
})
