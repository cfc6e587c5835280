import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readRecorded } from '../../../src/annotators/recorded.ts'
import { longTail } from '../../../src/campaign/simulation/imbalance.ts'
import { makeRng, permutation } from '../../../src/core/rng.ts'
import { makeTaxonomy } from '../../../src/core/taxonomy.ts'
import { gatherRows } from '../../../src/tensor/matrix.ts'
import { dataFolder, mobilenetFile } from '../../kernels/real-data.ts'
import { modelPrice, twoPeople } from '../annotators.ts'
import type { Dataset, OpenDataset } from '../dataset.ts'
import { encodePictures, prepareTogether } from '../features.ts'
import { classNames, pick, readItems, truthOf } from '../rows.ts'

const table = 'eurosat/labels.tsv'
const names = 'eurosat/classes.json'
const poolSize = 2700
const shared = { files: [mobilenetFile, table, names], start: 30, hasModels: true } as const

export const eurosat: Dataset = {
  ...shared,
  name: 'eurosat',
  description: '2,700 satellite tiles of 10 classes, tested on 1,350 others; people always right; GPT-4V as recorded',
  score: 'testAccuracy',
  budget: 1500,
  open: () => open(),
}

export const eurosatTail: Dataset = {
  ...shared,
  name: 'eurosat-lt',
  description: 'eurosat, the pool long-tailed 1:50',
  score: 'balancedAccuracy',
  budget: 600,
  open: () => open(50),
}

async function open(factor?: number): Promise<OpenDataset> {
  const all = await readItems(table, 'fine')
  const gpt4vName = JSON.parse(await readFile(join(dataFolder, names), 'utf8')).fine_to_gpt4v_name
  const taxonomy = makeTaxonomy(classNames(all).map((name) => ({ name, aliases: [gpt4vName[name]] })))
  const truth = truthOf(all, taxonomy)
  const order = permutation(all.length, makeRng(1, 'split'))
  const drawn = order.slice(0, poolSize)
  const tested = order.slice(poolSize)
  const kept = factor
    ? longTail(
        drawn.map((i) => truth[i]!),
        taxonomy.k,
        factor,
        makeRng(1, 'long tail'),
      ).map((at) => drawn[at]!)
    : drawn
  const encoded = await encodePictures(all)
  const [features, testFeatures] = await prepareTogether(gatherRows(encoded, kept), gatherRows(encoded, tested))
  const items = pick(all, kept)
  const { annotator } = await readRecorded(join(dataFolder, table), {
    id: 'gpt4v',
    price: modelPrice,
    columns: { item: 'path', answer: 'gpt4v_ranked_json' },
    taxonomy,
    itemIds: new Set(items.map(({ id }) => id)),
  })
  return {
    taxonomy,
    items,
    truth: kept.map((i) => truth[i]!),
    features,
    test: { features: testFeatures, truth: tested.map((i) => truth[i]!) },
    people: (seed) => twoPeople(taxonomy, seed),
    models: [annotator],
  }
}
