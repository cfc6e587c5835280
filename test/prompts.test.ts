import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { labelwright } from './command.ts'
import { startToyEndpoint, type ToyEndpoint } from './toy-endpoint.ts'
import { writeToyProject } from './toy-project.ts'

let dir: string
let endpoint: ToyEndpoint
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-prompts-'))
  endpoint = await startToyEndpoint()
  await writeToyProject(dir, {
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: earlier, kind: recorded, answers: ./answers.csv, price: { answer: 0.02 } }
  - { id: reader, kind: vlm, endpoint: "${endpoint.url}", model: toy, price: { input: 10, output: 40 } }
  - { id: twin, kind: vlm, endpoint: "${endpoint.url}", model: toy, price: { input: 10, output: 40 }, concurrency: 2 }`,
  })
})
afterAll(async () => {
  await endpoint.close()
  await rm(dir, { recursive: true })
})

test('models and ways are tried on the same items, each request is sent once, and trials that would be alike are one', async () => {
  const args = ['prompts', '--dir', dir, '--items', '20', '--ways', 'direct, verify', '--json']
  const { code, stdout } = await labelwright(...args, '--annotators', 'reader, twin, earlier')
  expect(code).toBe(0)
  const { items, knownFrom, trials } = JSON.parse(stdout) as { items: number; knownFrom: string; trials: object[] }
  expect({ items, knownFrom }).toEqual({ items: 20, knownFrom: 'known labels' })
  const tokens = { inputTokens: 2000, outputTokens: 100, calls: 20 }
  // 20 replies of 100 and 5 tokens at 10 and 40 per million; 20 recorded answers at 0.02.
  expect(trials).toMatchObject([
    { annotator: 'reader', way: 'direct', answers: 20, cost: 0.024, ...tokens },
    { annotator: 'reader', way: 'verify', answers: 20, cost: 0.024, ...tokens },
    { annotator: 'earlier', way: 'recorded', answers: 20, cost: 0.4, expectedCost: 0.4, calls: 0 },
  ])
  for (const trial of trials) expect(trial).toMatchObject({ expectedCost: expect.any(Number), failure: null })
  expect(endpoint.times).toHaveLength(40)

  const again = await labelwright(...args, '--annotators', 'reader')
  expect(again.code).toBe(0)
  expect(endpoint.times).toHaveLength(40)
})

test('trials that are expected to cost more than they may, and models that there are not, are refused before anybody is asked', async () => {
  const asked = endpoint.times.length
  const refused = await labelwright('prompts', '--dir', dir, '--budget', '0.001')
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('budget-too-small') })
  const unknown = await labelwright('prompts', '--dir', dir, '--annotators', 'person')
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('has no model "person"') })
  expect(endpoint.times).toHaveLength(asked)
})
