import type { Dataset } from '../dataset.ts'
import { readItems } from '../rows.ts'
import { openTexts, type TextSetting } from './texts.ts'

const tables = ['text_sst2/train.tsv', 'text_sst2/dev.tsv'] as const

// By what the labels of the pool are worth: at 1:50 no head learns anything about other sentences, not even from right labels on all of them.
const shared = { files: tables, score: 'balancedPoolAccuracy', budget: 2000, start: 30 } as const
const words = 'sentences of 2 classes at 1:50, tested on 872 others, half of each class'

export const sst2: Dataset = {
  ...shared,
  name: 'sst2',
  description: `${words}; people err on 10 %, no models`,
  hasModels: false,
  open: () => open({ noise: 0.1, hasModel: false }),
}

export const sst2Tail: Dataset = {
  ...shared,
  name: 'sst2-lt',
  description: `${words}; people always right, a stand-in model fitted to other sentences`,
  hasModels: true,
  open: () => open({ noise: 0, hasModel: true }),
}

export const sst2TailNoisy: Dataset = {
  ...sst2Tail,
  name: 'sst2-lt-noisy',
  description: 'sst2-lt, people err on 10 %',
  open: () => open({ noise: 0.1, hasModel: true }),
}

async function open(setting: TextSetting) {
  const [train, test] = [await readItems(tables[0], 'label'), await readItems(tables[1], 'label')]
  return openTexts(train, test, setting)
}
