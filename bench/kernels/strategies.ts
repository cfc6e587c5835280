import { join } from 'node:path'
import { makeRng, permutation } from '../../src/core/rng.ts'
import { prepareFeatures } from '../../src/learners/prepare-features.ts'
import { badge } from '../../src/strategies/badge.ts'
import { coreSet } from '../../src/strategies/core-set.ts'
import { margin } from '../../src/strategies/margin.ts'
import { probCover } from '../../src/strategies/prob-cover.ts'
import type { QueryStrategy } from '../../src/strategies/query-strategy.ts'
import { typiClust } from '../../src/strategies/typiclust.ts'
import { matrix } from '../../src/tensor/matrix.ts'
import { readNpy, writeNpy } from '../../src/tensor/npy.ts'
import { drawClusters, drawHeadProbs, readIntegers, writeIntegers } from './synthetic.ts'
import { sizeOf, type Aim, type Input, type KernelTask } from './task.ts'

const dims = 512
const batchSize = 500

/** Query strategies that choose 500 items. */
export function tasks(shrink: number): KernelTask[] {
  const n = 50_000 / shrink
  const ofPool = (name: string, strategy: QueryStrategy, k: number, aim: Aim): KernelTask => ({
    name,
    size: `${batchSize} of ${sizeOf(n, dims)}, K = ${sizeOf(k)}`,
    aim,
    input: pool(n, k),
    peers: [],
    open: (folder) => openPool(folder, strategy),
  })
  const activeml = (detail: string, recordedSeconds: number) => ({
    peers: [{ name: 'scikit-activeml', script: 'strategies.py', detail, recordedSeconds }],
  })
  return [
    { ...ofPool('CoreSet', coreSet, 10, { seconds: 3 }), ...activeml('CoreSet', 40) },
    { ...ofPool('BADGE', badge, 10, { seconds: 4 }), ...activeml('Badge', 221) },
    { ...ofPool('TypiClust', typiClust, 10, { seconds: 5 }), ...activeml('TypiClust', 30) },
    { ...ofPool('ProbCover', probCover, 10, { seconds: 15 }), ...activeml('ProbCover', Infinity) },
    // No peer: scikit-activeml would hold gradients of 50,000 x 512,000, 100 GB.
    ofPool('BADGE, many classes', badge, 1000, { seconds: 20 }),
    marginTask(1_000_000 / shrink),
  ]
}

/** A thousand of the items are labelled, in the order of their clusters; a head with random weights predicts. */
function pool(n: number, k: number): Input {
  return {
    name: `pool-${n}-${k}`,
    async write(folder) {
      const rng = makeRng(1, 'pool')
      const { features, labels } = drawClusters(n, dims, 100, rng)
      const isLabelled = new Uint8Array(n)
      for (const item of permutation(n, rng).subarray(0, 1000)) isLabelled[item] = 1
      await writeNpy(join(folder, 'pred_probs.npy'), await drawHeadProbs(features, k, rng))
      await writeNpy(join(folder, 'features.npy'), await prepareFeatures(features, rng, dims))
      await writeIntegers(
        join(folder, 'labels.npy'),
        labels.map((label, i) => (isLabelled[i] ? label % k : -1)),
      )
    },
  }
}

async function openPool(folder: string, strategy: QueryStrategy) {
  const features = await readNpy(join(folder, 'features.npy'))
  const predProbs = await readNpy(join(folder, 'pred_probs.npy'))
  const labels = await readIntegers(folder, 'labels.npy')
  const candidates = Int32Array.from(labels.keys()).filter((item) => labels[item]! < 0)
  return { run: () => strategy({ predProbs, candidates, features, labels }, batchSize, makeRng(1, 'strategy')) }
}

function marginTask(n: number): KernelTask {
  const k = 10
  return {
    name: 'margin',
    size: `${batchSize} of ${sizeOf(n)}, K = ${k}`,
    input: {
      name: `probs-${n}`,
      async write(folder) {
        const rng = makeRng(1, 'margin')
        const { features } = drawClusters(n, 16, k, rng)
        await writeNpy(join(folder, 'pred_probs.npy'), await drawHeadProbs(features, k, rng))
      },
    },
    peers: [{ name: 'numpy', script: 'margin.py' }],
    async open(folder) {
      const predProbs = await readNpy(join(folder, 'pred_probs.npy'))
      const candidates = Int32Array.from({ length: n }, (_, item) => item)
      const labels = new Int32Array(n).fill(-1)
      const features = matrix(n, 0)
      return { run: () => margin({ predProbs, candidates, features, labels }, batchSize, makeRng(1, 'strategy')) }
    },
  }
}
