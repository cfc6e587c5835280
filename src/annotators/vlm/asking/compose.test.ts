import { expect, test } from 'vitest'
import type { Item } from '../../../core/item.ts'
import { messagesOf } from './compose.ts'

const picture = (id: string): Item => ({ id, source: { kind: 'image', path: `${id}.jpg` }, labels: { truth: 'bee' } })

test('examples come first, and every picture before the text about it', async () => {
  const bytes = new Map([
    ['a', Uint8Array.of(1)],
    ['b', Uint8Array.of(2)],
  ])
  const shots = [{ item: picture('b'), text: 'What?', reply: '{"label":"bee"}' }]
  const prompt = { text: 'And this?', shots, schema: null, maxOutputTokens: 9, logprobs: false }
  const file = (data: Uint8Array) => ({ type: 'file', mediaType: 'image/webp', data: { type: 'data', data } })
  const pictureOf = ({ id }: Item) => ({ mediaType: 'image/webp', encode: async () => bytes.get(id)! }) as const
  expect(await messagesOf(prompt, picture('a'), pictureOf)).toEqual([
    { role: 'user', content: [file(Uint8Array.of(2)), { type: 'text', text: 'What?' }] },
    { role: 'assistant', content: [{ type: 'text', text: '{"label":"bee"}' }] },
    { role: 'user', content: [file(Uint8Array.of(1)), { type: 'text', text: 'And this?' }] },
  ])
})

test('a text goes without a picture', async () => {
  const item: Item = { id: 't', source: { kind: 'text', text: 'buzz' }, labels: {} }
  const prompt = { text: 'Which?', shots: [], schema: null, maxOutputTokens: 9, logprobs: false }
  const messages = await messagesOf(prompt, item, () => undefined)
  expect(messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Which?' }] }])
})
