import { makeRng, permutation } from '../../../src/core/rng.ts'
import type { Dataset } from '../dataset.ts'
import { pick, readItems } from '../rows.ts'
import { openTexts, type TextSetting } from './texts.ts'

const table = 'text_trec/train.tsv'
const testSize = 1000

const shared = { files: [table], budget: 1200, start: 30 } as const
const words = 'questions of 6 classes with a long tail 1:50, tested on 1,000 others as frequent as they are'

export const trec: Dataset = {
  ...shared,
  name: 'trec',
  description: `${words}; people err on 10 %, no models`,
  score: 'testAccuracy',
  hasModels: false,
  open: () => open({ noise: 0.1, hasModel: false }),
}

export const trecTail: Dataset = {
  ...shared,
  name: 'trec-lt',
  description: `${words}; people always right, a stand-in model fitted to other questions`,
  score: 'balancedAccuracy',
  hasModels: true,
  open: () => open({ noise: 0, hasModel: true }),
}

export const trecTailNoisy: Dataset = {
  ...trecTail,
  name: 'trec-lt-noisy',
  description: 'trec-lt, people err on 10 %',
  open: () => open({ noise: 0.1, hasModel: true }),
}

async function open(setting: TextSetting) {
  const all = await readItems(table, 'coarse')
  const order = permutation(all.length, makeRng(1, 'split'))
  return openTexts(pick(all, order.slice(testSize)), pick(all, order.slice(0, testSize)), setting)
}
