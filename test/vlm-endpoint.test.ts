import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { endOf, labelwright, startLabelwright } from './command.ts'
import { readLedger } from './ledger.ts'
import { startToyEndpoint } from './toy-endpoint.ts'
import { writeToyProject } from './toy-project.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-endpoint-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true, force: true })
})

/** A person and two models behind one endpoint, all asked about forty texts. */
const writeProject = (url: string, says: readonly [string, string]): Promise<void> =>
  writeToyProject(dir, {
    texts: 40,
    knowsTruth: false,
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: small, kind: vlm, endpoint: "${url}", model: toy-small, price: { answer: 0.001 }, ${says[0]} }
  - { id: large, kind: vlm, endpoint: "${url}", model: toy-large, price: { answer: 0.001 }, ${says[1]} }`,
    more: 'audit: false\nrounds: 1\n',
  })

test('two models behind one endpoint share its limit of requests per minute, the narrower of the two that are named', async () => {
  const endpoint = await startToyEndpoint()
  await writeProject(endpoint.url, ['requestsPerMinute: 600', 'requestsPerMinute: 5000'])
  expect(await endOf(startLabelwright('label', '--dir', dir))).toBe(0)
  await endpoint.close()
  const { times } = endpoint
  // Ten start items for each model. A server's second is not ours: one request may slip in from either side.
  expect(times).toHaveLength(20)
  for (const start of times)
    expect(times.filter((time) => time >= start && time < start + 1000).length).toBeLessThanOrEqual(12)
  expect(times.at(-1)! - times[0]!).toBeLessThan(4000)
})

test('a key that is refused stops both models at once with one error that says what to do and shows no key', async () => {
  const [right, wrong] = ['sk-right-4711', 'sk-wrong-0815']
  const endpoint = await startToyEndpoint({ apiKey: right })
  await writeProject(endpoint.url, ['apiKeyEnv: TOY_KEY', 'apiKeyEnv: TOY_KEY'])
  vi.stubEnv('TOY_KEY', wrong)
  const refused = await labelwright('label', '--dir', dir)
  expect(refused.code).toBe(1)
  expect(refused.stderr.match(/endpoint-denied/g)).toHaveLength(1)
  expect(refused.stderr).toContain('HTTP 401 Incorrect API key provided: [key].')
  expect(refused.stderr).toContain('Check the key in the environment')
  // Those that were under way when the first refusal came.
  expect(endpoint.times.length).toBeLessThanOrEqual(4)
  const { ledger } = await readLedger(dir)
  expect(ledger.filter(({ annotator }) => annotator !== 'person')).toEqual([])

  vi.stubEnv('TOY_KEY', right)
  const allowed = await labelwright('label', '--dir', dir)
  expect(allowed).toMatchObject({ code: 0, stderr: '' })
  expect(endpoint.billed()).toBe(20)
  await endpoint.close()
  const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  const written = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')))
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['ledger.sqlite', 'replies-1.jsonl', 'report.html']),
  )
  for (const text of [...written, JSON.stringify([refused, allowed])]) {
    expect(text.includes(right) || text.includes(wrong)).toBe(false)
  }
})
