import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { labelwright } from './command.ts'
import type { FakeState } from './fakes/fake.ts'
import { type OpenFake, openFake } from './fakes/open-fake.ts'
import { writeToyProject } from './toy-project.ts'

let dir: string
let fake: OpenFake | undefined
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'doctor-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await fake?.close()
})
afterAll(() => rm(dir, { recursive: true }))

/** A project whose VLM is a fake Claude. */
async function withClaude(state: Partial<FakeState>, model?: string): Promise<OpenFake> {
  fake = await openFake('anthropic', state)
  const { endpoint, model: known } = fake.connection
  await writeToyProject(dir, {
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: claude, kind: vlm, provider: anthropic, endpoint: "${endpoint.url}", model: ${model ?? known}, price: { answer: 0.02 } }`,
  })
  return fake
}

test('without a key the doctor says which variable to set', async () => {
  const { state } = await withClaude({})
  vi.stubEnv('ANTHROPIC_API_KEY', '')
  const { code, stdout } = await labelwright('doctor', '--dir', dir)
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /✗ claude +The annotator "claude" takes its key from the environment variable ANTHROPIC_API_KEY/,
  )
  expect(state.log).toEqual([])
})

test('the doctor lists models, which is free, and asks only when told to', async () => {
  const { state } = await withClaude({ answer: () => '{"colour":"red"}' })
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-fake')
  const paths = (): string[] => state.log.map(({ path }) => path)
  const free = await labelwright('doctor', '--dir', dir)
  expect(free).toMatchObject({ code: 0, stdout: expect.stringMatching(/✓ claude +claude-haiku-4-5 at .* listed in/) })
  expect(paths()).toEqual(['/v1/models'])

  const paid = await labelwright('doctor', '--dir', dir, '--ask')
  expect(paid.code).toBe(0)
  // 48 letters of the question make 12 tokens, the picture 100, and 16 letters of the reply 4.
  expect(paid.stdout).toMatch(
    /✓ claude asked +answers in \d+ ms, follows JSON schemas, gives no log-probabilities, took 112 \+ 4 tokens/,
  )
  expect(paths().toSorted()).toEqual(['/v1/messages', '/v1/models', '/v1/models'])
  expect(free.stdout + paid.stdout).not.toContain('sk-fake')
})

test('a blind model, an unknown one and a wrong key are found out', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-fake')
  await withClaude({ answer: () => 'I see no picture.' })
  // Of texts, nothing needs to be seen.
  expect(await labelwright('doctor', '--dir', dir, '--ask')).toMatchObject({ code: 0 })
  await writeFile(
    join(dir, 'a.png'),
    await sharp(Buffer.alloc(3), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toBuffer(),
  )
  await writeFile(join(dir, 'manifest.csv'), 'path,label\na.png,weather\n')
  const blind = await labelwright('doctor', '--dir', dir, '--ask')
  expect(blind).toMatchObject({ code: 1, stdout: expect.stringContaining('it said "I see no picture." (stop)') })
  await fake?.close()

  await withClaude({}, 'claude-haiku-99')
  const unknown = await labelwright('doctor', '--dir', dir)
  expect(unknown).toMatchObject({ code: 1, stdout: expect.stringContaining('has no model claude-haiku-99; it has:') })

  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-wrong')
  const { stdout } = await labelwright('doctor', '--dir', dir)
  expect(stdout).toMatch(/✗ claude .* refused our key: HTTP 401 invalid x-api-key/)
  expect(stdout).not.toContain('sk-wrong')
})

test('a model that two annotators share is asked once, and one without a price is no healthy one', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-fake')
  const { state, connection } = await withClaude({ answer: () => '{"colour":"red"}' })
  const same = `kind: vlm, provider: anthropic, endpoint: "${connection.endpoint.url}", model: ${connection.model}`
  await writeToyProject(dir, {
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: direct, ${same}, price: { answer: 0.02 } }
  - { id: describe, ${same}, prompt: describe }`,
  })
  const { code, stdout } = await labelwright('doctor', '--dir', dir, '--ask')
  expect(state.log.filter(({ path }) => path === '/v1/messages')).toHaveLength(1)
  expect(stdout.match(/✓ \w+ asked/g)).toEqual(['✓ direct asked', '✓ describe asked'])
  expect(stdout).toMatch(/✗ describe .*has no price/)
  expect(code).toBe(1)
})
