import { expect, test } from 'vitest'
import { parseEndpoint } from '../annotators/vlm/wire/endpoint.ts'
import { makeRng } from '../core/rng.ts'
import type { VlmConfig } from './config.ts'
import { makeGates } from './gates.ts'

test('models share the gate of their endpoint, however its address is spelt', async () => {
  const limits = { kind: 'vlm', provider: 'openai-compatible', requestsPerMinute: null, tokensPerMinute: null } as const
  const models = [
    { ...limits, endpoint: 'http://LOCALHOST:80/v1/', concurrency: 3 },
    { ...limits, endpoint: 'http://localhost/v1', concurrency: 2 },
  ] as unknown as VlmConfig[]
  const gateOf = makeGates(models, { clock: { now: () => 0 }, rng: makeRng(1) })
  const gates = models.map(({ endpoint }) => gateOf(parseEndpoint(endpoint!)))
  expect(gates[0]).toBe(gates[1])
  let passed = 0
  const stopped = new AbortController()
  const entering = Array.from({ length: 4 }, () => gates[0]!.enter(1, stopped.signal).then(() => passed++))
  await new Promise(setImmediate)
  expect(passed).toBe(3)
  stopped.abort()
  await Promise.allSettled(entering)
})
