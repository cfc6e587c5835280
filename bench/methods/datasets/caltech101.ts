import { join } from 'node:path'
import { readRecorded } from '../../../src/annotators/recorded.ts'
import { longTail } from '../../../src/campaign/simulation/imbalance.ts'
import { makeRng } from '../../../src/core/rng.ts'
import { makeTaxonomy } from '../../../src/core/taxonomy.ts'
import { gatherRows } from '../../../src/tensor/matrix.ts'
import { dataFolder, mobilenetFile } from '../../kernels/real-data.ts'
import { modelPrice, twoPeople } from '../annotators.ts'
import type { Dataset, OpenDataset } from '../dataset.ts'
import { encodePictures, prepareTogether } from '../features.ts'
import { classNames, pick, readItems, truthOf } from '../rows.ts'

const recorded = 'caltech101/gpt4v_dev.tsv'
const unseen = 'caltech101/pool.tsv'
const shared = { files: [mobilenetFile, recorded, unseen], budget: 700, start: 30, hasModels: true } as const

export const caltech101: Dataset = {
  ...shared,
  name: 'caltech101',
  description: '1,252 photos of 101 classes, tested on 1,200 others; people always right; GPT-4V as recorded',
  score: 'testAccuracy',
  open: () => open(),
}

export const caltech101Tail: Dataset = {
  ...shared,
  name: 'caltech101-lt',
  description: 'caltech101, the pool long-tailed 1:100: its classes are of 120 to 5 photos as they are',
  score: 'balancedAccuracy',
  budget: 400,
  open: () => open(100),
}

async function open(factor?: number): Promise<OpenDataset> {
  const [all, test] = await Promise.all([readItems(recorded, 'label'), readItems(unseen, 'label')])
  const taxonomy = makeTaxonomy(classNames(all).map((name) => ({ name })))
  const kept = factor
    ? longTail(truthOf(all, taxonomy), taxonomy.k, factor, makeRng(1, 'long tail'))
    : Int32Array.from(all.keys())
  const items = pick(all, kept)
  const [features, testFeatures] = await prepareTogether(
    gatherRows(await encodePictures(all), kept),
    await encodePictures(test),
  )
  const { annotator } = await readRecorded(join(dataFolder, recorded), {
    id: 'gpt4v',
    price: modelPrice,
    columns: { item: 'path', answer: 'gpt4v_ranked_json' },
    taxonomy,
    itemIds: new Set(items.map(({ id }) => id)),
  })
  return {
    taxonomy,
    items,
    truth: truthOf(items, taxonomy),
    features,
    test: { features: testFeatures, truth: truthOf(test, taxonomy) },
    people: (seed) => twoPeople(taxonomy, seed),
    models: [annotator],
  }
}
