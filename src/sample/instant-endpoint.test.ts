import { afterAll, beforeAll, expect, test } from 'vitest'
import { type InstantEndpoint, startInstantEndpoint } from './instant-endpoint.ts'

let endpoint: InstantEndpoint
beforeAll(async () => {
  endpoint = await startInstantEndpoint()
})
afterAll(() => endpoint.close())

async function replyTo(properties?: object): Promise<string> {
  const picture = { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${'A'.repeat(27_000)}` } }
  const body = JSON.stringify({
    ...(properties && { response_format: { type: 'json_schema', json_schema: { schema: { properties } } } }),
    messages: [{ role: 'user', content: [picture] }],
  })
  const bytes = endpoint.bytes()
  const reply = await fetch(`${endpoint.url}/chat/completions`, { method: 'POST', body })
  expect(endpoint.bytes() - bytes).toBe(body.length)
  const { choices } = (await reply.json()) as { choices: { message: { content: string } }[] }
  return choices[0]!.message.content
}

test('an instant answer is one of the options, in the form that was asked for', async () => {
  const options = ['bee', 'a "moth"', 'fly']
  expect(options).toContain(
    (JSON.parse(await replyTo({ label: { type: 'string', enum: options } })) as { label: string }).label,
  )
  expect(JSON.parse(await replyTo({ labels: { type: 'array', items: { type: 'string', enum: ['bee'] } } }))).toEqual({
    labels: ['bee'],
  })
  expect(JSON.parse(await replyTo({ present: { type: 'string', enum: ['yes'] } }))).toEqual({ present: 'yes' })
  expect(await replyTo()).toBe('yes')
})

test('it tells other processes what it counted', async () => {
  const counts = await (await fetch(new URL('/counts', endpoint.url))).json()
  expect(counts).toEqual({ requests: endpoint.requests(), bytes: endpoint.bytes() })
})
