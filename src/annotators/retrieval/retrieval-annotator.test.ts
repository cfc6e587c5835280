import { expect, test } from 'vitest'
import type { Item } from '../../core/item.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { retrievalAnnotator } from './retrieval-annotator.ts'

const taxonomy = makeTaxonomy([
  { name: 'bee', classes: [{ name: 'honeybee' }, { name: 'bumblebee' }] },
  { name: 'moth' },
])
const found = { id: 'a', source: 'a.jpg', caption: 'a bumblebee', label: 1, similarity: 0.4, file: 0, row: 0 }
const annotator = retrievalAnnotator({ id: 'captions', taxonomy, items: [found] })
const item = (id: string): Item => ({ id, source: { kind: 'image', path: id }, labels: {} })
const { signal } = new AbortController()

test('it says at any level, and for nothing, what the caption names', async () => {
  const said = (level: string) => annotator.ask(item('a'), { kind: 'classify', level }, signal)
  const answer = { kind: 'label', confidence: 0.4 }
  expect(await said('class')).toEqual({ answer: { ...answer, label: 'bumblebee' }, cost: 0, seconds: null })
  expect(await said('group')).toMatchObject({ answer: { ...answer, label: 'bee' } })
})

test('it knows what was retrieved and nothing else, and only classifies', async () => {
  expect([annotator.knows(item('a')), annotator.knows(item('b'))]).toEqual([true, false])
  expect(annotator.trusted).toBe(false)
  await expect(annotator.ask(item('a'), { kind: 'verify', label: 'moth' }, signal)).rejects.toMatchObject({
    code: 'question-not-supported',
  })
})
