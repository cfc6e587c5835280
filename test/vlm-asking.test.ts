import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { labelwright } from './command.ts'
import { readLedger } from './ledger.ts'
import { startToyEndpoint } from './toy-endpoint.ts'
import { writeToyProject } from './toy-project.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-asking-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

interface Message {
  readonly role: string
  readonly content: string | readonly { readonly text: string }[]
}

/** Runs a campaign with a person and a model that is asked in this way. @returns The messages of each request. */
async function labelled(says: string): Promise<readonly (readonly Message[])[]> {
  const asked: (readonly Message[])[] = []
  const endpoint = await startToyEndpoint({
    onRequest: (_, body) => asked.push((JSON.parse(body) as { messages: Message[] }).messages),
  })
  await writeToyProject(dir, {
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: reader, kind: vlm, endpoint: "${endpoint.url}", model: toy, price: { input: 10, output: 40 }, ${says} }`,
  })
  expect(await labelwright('label', '--dir', dir)).toMatchObject({ code: 0 })
  await endpoint.close()
  return asked
}

function textOf({ content }: Message): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('\n')
}

test('a model that wants examples is asked once there are some, and is shown what people said about the random start alone', async () => {
  const requests = await labelled('examples: 2')
  const { ledger } = await readLedger(dir)
  const byModel = ledger.filter(({ annotator }) => annotator === 'reader')
  expect(byModel).toHaveLength(requests.length)
  expect(byModel.length).toBeGreaterThan(100)
  expect(byModel.every(({ round }) => round > 0)).toBe(true)

  const rows = (await readFile(join(dir, 'manifest.csv'), 'utf8')).split('\n').slice(1)
  const start = ledger
    .filter(({ purpose }) => purpose === 'seed')
    .map(({ item }) => rows[item]!.split(',') as [string, string, string])
  expect(start.length).toBe(10)
  for (const messages of requests) {
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user'])
    const shown = [0, 2].map((at) => {
      const found = start.find(([, text]) => textOf(messages[at]!).includes(`\n${text}\n`))
      expect(JSON.parse(textOf(messages[at + 1]!))).toEqual({ label: found?.[2] })
      return found?.[2]
    })
    // Of two classes.
    expect(new Set(shown).size).toBe(2)
  }
})

test('a question that is put three times is paid for three times, and its answer is how far the replies agree', async () => {
  const requests = await labelled('samples: 3')
  const { ledger } = await readLedger(dir)
  const byModel = ledger.filter(({ annotator }) => annotator === 'reader')
  expect(requests).toHaveLength(3 * byModel.length)
  // 100 tokens in, 5 out, at 10 and 40 per million: 0.0012 a reply.
  for (const { cost, how } of byModel)
    expect({ cost, how }).toMatchObject({ cost: 3600, how: { calls: 3, rule: 'steps/agreed' } })
  // Equal replies to a deterministic reader's three: (3 + 0.5) / (3 + 0.5 · 5).
  const agreed = byModel.flatMap(({ answer }) =>
    answer.kind === 'distribution' ? Object.values(answer.probabilities) : [],
  )
  expect(agreed).toHaveLength(byModel.length)
  for (const probability of agreed) expect(probability).toBeCloseTo(3.5 / 5.5, 6)
})
