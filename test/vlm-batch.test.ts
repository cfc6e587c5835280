import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { endOf, exportedLabels, labelwright, startLabelwright } from './command.ts'
import type { BatchDesk } from './fakes/fake-batch.ts'
import { batchProviders, openFakeBatch, type BatchingProvider } from './fakes/open-fake-batch.ts'
import { readLedger } from './ledger.ts'
import { labelAsJson } from './toy-endpoint.ts'
import { writeToyProject } from './toy-project.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-batches-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

/** A campaign of two rounds whose model is asked in batches by a provider that is done with them at once, unless told otherwise. */
async function openCampaign(provider: BatchingProvider, name: string) {
  const { state, desk, connection, close } = await openFakeBatch(provider)
  state.answer = ({ text }) => labelAsJson(text.split('```')[1]!)
  desk.polls = 0
  vi.stubEnv('FAKE_KEY', state.apiKey!)
  const dir = join(folder, name, 'toy')
  await writeToyProject(dir, {
    knowsTruth: false,
    annotators: `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: reader, kind: vlm, provider: ${provider}, endpoint: "${connection.endpoint.url}", apiKeyEnv: FAKE_KEY,
      model: ${connection.model}, mode: batch, price: { input: 10, output: 40 } }`,
    more: 'audit: false\nrounds: 2\n',
  })
  return { dir, desk, close }
}

/** Whether all batches that are noted down have the provider's id. */
async function areHandedOver(dir: string): Promise<boolean> {
  const batches = join(dir, '.labelwright/batches')
  const names = (await readdir(batches, { recursive: true })).filter((name) => name.endsWith('.json'))
  const records = await Promise.all(
    names.map((name) => readFile(join(batches, name), 'utf8').catch(() => '{"id":null}')),
  )
  return records.length > 0 && records.every((record) => (JSON.parse(record) as { id: string | null }).id !== null)
}

/** Runs a campaign to its end; each of its runs is killed once the provider works on its batch. */
async function disturb(dir: string, desk: BatchDesk): Promise<number> {
  desk.polls = Infinity
  for (let kills = 0; ; kills++) {
    const before = desk.batches.length
    const child = startLabelwright('label', '--dir', dir)
    const ended = endOf(child)
    while (child.exitCode === null && (desk.batches.length === before || !(await areHandedOver(dir)))) await sleep(5)
    if (child.exitCode === null) child.kill('SIGKILL')
    const end = await ended
    if (end === 0) return kills
    expect(end).toBe('SIGKILL')
    for (const batch of desk.batches) batch.polls = 0
  }
}

test.each(batchProviders)(
  'a campaign in batches of %s that is killed while they are worked on hands nothing over twice and pays half',
  async (provider) => {
    const calm = await openCampaign(provider, 'calm')
    expect(await labelwright('label', '--dir', calm.dir)).toMatchObject({ code: 0 })
    const killed = await openCampaign(provider, 'killed')
    expect(await disturb(killed.dir, killed.desk)).toBe(2)
    expect(await exportedLabels(killed.dir)).toBe(await exportedLabels(calm.dir))

    const handedOver = killed.desk.batches.flatMap(({ entries }) => entries.map(({ key }) => key))
    const { ledger } = await readLedger(killed.dir)
    expect(ledger.filter(({ annotator }) => annotator === 'reader')).toHaveLength(handedOver.length)
    expect(handedOver.length).toBeGreaterThan(100)
    expect(new Set(handedOver).size).toBe(handedOver.length)
    expect(killed.desk.billed.toSorted()).toEqual(handedOver.toSorted())

    const { stdout } = await labelwright('spend', '--dir', killed.dir, '--by', 'annotator', '--json')
    const { rows } = JSON.parse(stdout) as {
      rows: { annotator: string; spent: number; tokens: { input: number; output: number } }[]
    }
    const { spent, tokens } = rows.find(({ annotator }) => annotator === 'reader')!
    expect(spent).toBeCloseTo((tokens.input * 10 + tokens.output * 40) / 1e6 / 2, 9)
    await Promise.all([calm.close(), killed.close()])
  },
)
