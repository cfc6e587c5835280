import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type DemoVlm, serveDemoVlm } from './demo-vlm.ts'
import type { Fault, Faults } from './faults.ts'
import type { GlanceModel } from './glance-model.ts'
import { species } from './species.ts'

/** Sees the first species in everything: what travels is looked at here, not what is seen. */
const glance: GlanceModel = async () => {
  const probs = new Float32Array(species.length)
  probs[0] = 1
  return { probs, area: 784, sign: null }
}
const [label] = species.map(({ name }) => name)

async function serving<T>(faults: Faults, use: (vlm: DemoVlm) => Promise<T>): Promise<T> {
  const vlm = await serveDemoVlm(glance, { seed: 1, faults })
  return use(vlm).finally(() => vlm.close())
}

const always = (fault: Fault, more: Faults = {}): Faults => ({ ...more, shares: { [fault]: 1 } })

const bodyOf = (vlm: DemoVlm, question: string | number): string =>
  JSON.stringify({
    model: vlm.model,
    messages: [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
      { role: 'user', content: `${question}\n- ${label}` },
    ],
  })

function send(vlm: DemoVlm, question: string | number = '', init: RequestInit = {}): Promise<Response> {
  return fetch(`${vlm.url}/chat/completions`, { method: 'POST', body: bodyOf(vlm, question), ...init })
}

const keyed = (vlm: DemoVlm, question: number): Promise<Response> =>
  send(vlm, question, { headers: { 'Idempotency-Key': 'a' } })

const contentOf = async (reply: Response): Promise<string> =>
  ((await reply.json()) as { choices: { message: { content: string } }[] }).choices[0]!.message.content

test.each([
  ['rate-limit', 429, '7'],
  ['rate-limit-silent', 429, null],
  ['server-error', 500, null],
  ['bad-gateway', 502, null],
  ['overloaded', 503, null],
  ['rejected', 400, null],
] as const)('a %s comes as HTTP %i, and bills nothing', async (fault, status, retryAfter) => {
  await serving(always(fault, { retryAfterSeconds: 7 }), async (vlm) => {
    const reply = await send(vlm)
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([status, retryAfter])
    expect(await reply.text()).toMatch(fault === 'bad-gateway' ? /<h1>502/ : /^\{"error":\{"message":"/)
    expect([vlm.requests(), vlm.billed()]).toEqual([1, 0])
  })
})

test.each(['half', 'torn', 'broken-envelope'] as const)(
  'a %s reply has no readable body, and bills nothing',
  async (fault) => {
    await serving(always(fault), async (vlm) => {
      const reply = await send(vlm)
      expect(reply.status).toBe(200)
      expect(reply.headers.has('content-length')).toBe(fault !== 'torn')
      await expect(reply.json()).rejects.toThrow(fault === 'broken-envelope' ? SyntaxError : 'terminated')
      expect(vlm.billed()).toBe(0)
    })
  },
)

test('a cut connection and a hanging one bring no reply at all', async () => {
  await serving(always('cut'), (vlm) => expect(send(vlm)).rejects.toThrow('fetch failed'))
  await serving(always('hang'), async (vlm) => {
    await expect(send(vlm, '', { signal: AbortSignal.timeout(60) })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect([vlm.requests(), vlm.billed()]).toEqual([1, 0])
  })
})

test('a completion may come without its usage, and an endless one ends for its length', async () => {
  const faults: Faults = { shares: { 'no-usage': 0.5, endless: 0.5 } }
  await serving(faults, async (vlm) => {
    const seen = new Set<string>()
    for (let i = 0; i < 12; i++) {
      const reply = (await (await send(vlm)).json()) as { choices: { finish_reason: string }[]; usage?: object }
      seen.add(`${reply.choices[0]!.finish_reason} ${'usage' in reply}`)
    }
    expect([...seen].toSorted()).toEqual(['length true', 'stop false'])
  })
})

test('what was read to its end is billed, and counted per body', async () => {
  await serving({}, async (vlm) => {
    for (const question of [1, 2, 1, 3, 1]) expect(await contentOf(await send(vlm, question))).toBe(label)
    expect([vlm.requests(), vlm.billed(), vlm.billedTwice()]).toEqual([5, 5, 1])
    const hash = createHash('sha256').update(bodyOf(vlm, 1)).digest('hex')
    expect(vlm.perBody().get(hash)).toEqual({ requests: 3, billed: 3 })
    expect(vlm.perBody().size).toBe(3)
  })
})

test('a client that leaves before the reply is not billed', async () => {
  await serving({ latencyMs: 150 }, async (vlm) => {
    await expect(send(vlm, 'left', { signal: AbortSignal.timeout(40) })).rejects.toThrow()
    expect(await contentOf(await send(vlm, 'stayed'))).toBe(label)
    expect([vlm.requests(), vlm.billed()]).toEqual([2, 1])
  })
})

test('the reply of an earlier request with the same key and body is given again for nothing', async () => {
  await serving({}, async (vlm) => {
    const replies = await Promise.all(
      [keyed(vlm, 1), keyed(vlm, 1), keyed(vlm, 2)].map(async (reply) => (await reply).text()),
    )
    expect(replies[1]).toBe(replies[0])
    expect(replies[2]).not.toBe(replies[0])
    expect([vlm.requests(), vlm.billed(), vlm.billedTwice()]).toEqual([3, 2, 0])
  })
})

test('a completion that got lost on its way is given again for its key, and not made anew', async () => {
  await serving({ shares: { half: 0.5, torn: 0.3 }, drawnBy: 'content' }, async (vlm) => {
    const arrived = (): Promise<unknown> =>
      keyed(vlm, 1)
        .then((reply) => reply.json())
        .catch(() => null)
    let reply: unknown = null
    while (reply === null) reply = await arrived()
    expect(vlm.requests()).toBeGreaterThan(1)
    expect(reply).toMatchObject({ id: 'chatcmpl-1' })
    expect(vlm.billed()).toBe(1)
  })
})

test('whoever asks again what failed gets every answer, at any concurrency, and each is billed once', async () => {
  const faults: Faults = {
    shares: { 'rate-limit': 0.1, overloaded: 0.1, cut: 0.1, half: 0.1, torn: 0.1 },
    drawnBy: 'content',
  }
  const requestsAt = (concurrency: number): Promise<number> =>
    serving(faults, async (vlm) => {
      let next = 0
      const worker = async (): Promise<void> => {
        while (next < 60) {
          const question = next++
          const answered = (): Promise<boolean> =>
            send(vlm, question)
              .then(async (reply) => reply.ok && (await contentOf(reply)) === label)
              .catch(() => false)
          while (!(await answered()));
        }
      }
      await Promise.all(Array.from({ length: concurrency }, worker))
      expect([vlm.billed(), vlm.billedTwice(), vlm.perBody().size]).toEqual([60, 0, 60])
      return vlm.requests()
    })
  const alone = await requestsAt(1)
  expect(alone).toBeGreaterThan(80)
  expect(await requestsAt(8)).toBe(alone)
})
