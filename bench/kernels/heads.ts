import { join } from 'node:path'
import { makeRng } from '../../src/core/rng.ts'
import { labelEvidence } from '../../src/learners/evidence.ts'
import { fitLinearHead, predictProbs, type LinearHead } from '../../src/learners/linear-head.ts'
import { dealFolds, fitOutOfFold } from '../../src/learners/out-of-fold.ts'
import { prepareFeatures } from '../../src/learners/prepare-features.ts'
import type { Matrix } from '../../src/tensor/matrix.ts'
import { readNpy, writeNpy } from '../../src/tensor/npy.ts'
import { drawClusters, readIntegers, writeIntegers } from './synthetic.ts'
import { sizeOf, type Input, type KernelTask } from './task.ts'

/** Linear heads: one large fit, and the cross-validated one of a campaign's turn. */
export function tasks(shrink: number): KernelTask[] {
  return [fitTask(50_000 / shrink, 512, 100), outOfFoldTask(2000 / shrink, 256, 40)]
}

/**
 * The loosest round tolerance that ends below scikit-learn's loss, as torch's was chosen: the classes lie so far apart that a loss of twice the
 * smallest one is far below what scikit-learn stops at. The default, 0.001, takes twice as long.
 */
const enough = 1

function fitTask(n: number, d: number, k: number): KernelTask {
  return {
    name: 'head fit',
    size: `${sizeOf(n, d)}, K = ${k}`,
    aim: { peerTime: 0.7, loss: 1e-4 },
    input: {
      name: `clusters-${n}-${d}-${k}`,
      write: async (folder) => writeLabelled(folder, drawClusters(n, d, k, makeRng(1, 'clusters'))),
    },
    peers: [
      { name: 'scikit-learn', script: 'head_sklearn.py' },
      { name: 'torch', script: 'head_torch.py' },
    ],
    quality: 'loss',
    async open(folder) {
      const features = await readNpy(join(folder, 'features.npy'))
      const labels = await readIntegers(folder, 'labels.npy')
      const evidence = labelEvidence(labels, k)
      let head: LinearHead
      return {
        run: async () => (head = await fitLinearHead(features, evidence, { tolerance: enough })),
        quality: () => meanLoss(head, features, labels),
      }
    },
  }
}

/** Mean cross-entropy in nats and the penalty, as scikit-learn weighs them with `C = 1` and we with `l2: 1`. */
async function meanLoss(head: LinearHead, features: Matrix, labels: Int32Array): Promise<number> {
  const probs = await predictProbs(head, features)
  const penalty = head.weights.data.reduce((sum, weight) => sum + weight * weight, 0) / 2
  const loss = labels.reduce((sum, label, i) => sum - Math.log(probs.data[i * probs.cols + label]!), 0)
  return (loss + penalty) / features.rows
}

function outOfFoldTask(n: number, d: number, k: number): KernelTask {
  return {
    name: 'out-of-fold head fit',
    size: `${sizeOf(n, d)}, K = ${k}, 5 folds`,
    input: preparedClusters(n, d, k),
    peers: [{ name: 'scikit-learn', script: 'out_of_fold.py' }],
    async open(folder) {
      const features = await readNpy(join(folder, 'features.npy'))
      const values = labelEvidence(await readIntegers(folder, 'labels.npy'), k)
      const rows = Int32Array.from({ length: n }, (_, item) => item)
      const folds = dealFolds(n, makeRng(1, 'folds'))
      return { run: () => fitOutOfFold(features, { rows, values }, folds) }
    },
  }
}

function preparedClusters(n: number, d: number, k: number): Input {
  return {
    name: `prepared-${n}-${d}-${k}`,
    async write(folder) {
      const { features, labels } = drawClusters(n, d, k, makeRng(1, 'clusters'))
      await writeLabelled(folder, { features: await prepareFeatures(features, makeRng(1, 'features'), d), labels })
    },
  }
}

async function writeLabelled(
  folder: string,
  { features, labels }: { readonly features: Matrix; readonly labels: Int32Array },
): Promise<void> {
  await writeNpy(join(folder, 'features.npy'), features)
  await writeIntegers(join(folder, 'labels.npy'), labels)
}
