import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveDemoVlm, type DemoVlm } from '../src/sample/demo-vlm.ts'
import type { Faults } from '../src/sample/faults.ts'
import { trainGlanceModel } from '../src/sample/glance-model.ts'
import { drawMeadow } from '../src/sample/meadow.ts'
import { families } from '../src/sample/species.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import { labelwright } from './command.ts'

const faults: Faults = {
  shares: { 'rate-limit': 0.05, 'server-error': 0.05, cut: 0.05, 'broken-json': 0.1, 'invented-label': 0.1 },
  retryAfterSeconds: 0,
}
let dir: string
let vlm: DemoVlm
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labelwright-meadow-'))
  await drawMeadow({ seed: 5, count: 120, dir })
  vlm = await serveDemoVlm(await trainGlanceModel(5), { seed: 5, faults })
  await writeFile(
    join(dir, 'labelwright.yaml'),
    `dataset: ./manifest.csv
classes: [${families.map(({ name }) => name).join(', ')}]
annotators:
  - { id: person, kind: oracle, labels: family, price: { answer: 1 } }
  - { id: glance, kind: vlm, endpoint: "${vlm.url}", model: ${vlm.model}, concurrency: 16, price: { answer: 0.02 } }
budget: 45
start: 30
`,
  )
})
afterAll(async () => {
  await vlm.close()
  await rm(dir, { recursive: true })
})

test('a campaign outlives a VLM whose replies get lost, break off and name animals that do not exist', async () => {
  const { code, stdout, stderr } = await labelwright('label', '--dir', dir, '--json')
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('should not') })
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'finished', reason: 'budget-spent', items: 120 })

  const store = await openSqliteStore(join(dir, '.labelwright/ledger.sqlite'))
  const ledger = await store.answers().finally(() => store.close())
  const said = ledger.filter(({ annotator }) => annotator === 'glance').map(({ answer }) => answer)
  const kinds = Map.groupBy(said, ({ kind }) => kind)
  // More requests than answers: the lost ones were sent again.
  expect(vlm.requests()).toBeGreaterThan(said.length)
  expect(kinds.get('outside')).toContainEqual({ kind: 'outside', said: 'iridescent thunderbug' })
  expect(kinds.get('abstain')).toContainEqual({ kind: 'abstain', reason: 'broken JSON' })
  expect([...kinds.keys()].toSorted()).toEqual(['abstain', 'label', 'outside'])
  expect(kinds.get('label')!.length).toBeGreaterThan(said.length / 2)
})
