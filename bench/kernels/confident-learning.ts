import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { makeRng } from '../../src/core/rng.ts'
import { findLabelIssuesInFile } from '../../src/curation/find-label-issues-in-file.ts'
import { findLabelIssues } from '../../src/curation/find-label-issues.ts'
import { readNpy } from '../../src/tensor/npy.ts'
import { drawLabels, readIntegers, writeIntegers, writePredProbs } from './synthetic.ts'
import { sizeOf, type Input, type KernelTask } from './task.ts'

const classes = 1000
const wrongShare = 0.1

/** Confident learning: joint, filter by noise rate, ranking. */
export function tasks(shrink: number): KernelTask[] {
  const inMemory = 50_000 / shrink
  const inFile = 1_000_000 / shrink
  return [
    {
      name: 'confident learning',
      size: sizeOf(inMemory, classes),
      aim: { seconds: 0.15, megabytesAboveInput: 100 },
      input: givenLabels(inMemory),
      peers: [{ name: 'cleanlab', script: 'confident_learning.py', recordedSeconds: 0.44 }],
      async open(folder) {
        const labels = await readIntegers(folder, 'labels.npy')
        const predProbs = await readNpy(join(folder, 'pred_probs.npy'))
        return { run: () => findLabelIssues(labels, predProbs, { filterBy: 'prune_by_noise_rate' }) }
      },
    },
    {
      name: 'confident learning from a file',
      size: sizeOf(inFile, classes),
      aim: { seconds: 4, megabytes: 500 },
      input: givenLabels(inFile),
      peers: [],
      async open(folder) {
        const labels = await readIntegers(folder, 'labels.npy')
        const path = join(folder, 'pred_probs.npy')
        return { run: () => findLabelIssuesInFile(path, labels, { filterBy: 'prune_by_noise_rate' }) }
      },
    },
  ]
}

/** Given labels, a tenth of them replaced by a class drawn at random, and out-of-sample probabilities. */
function givenLabels(n: number): Input {
  const bytes = n * classes * 4
  return {
    name: `labels-${n}`,
    async obstacle(folder) {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize > 1.1 * bytes ? null : `needs ${(bytes / 1e9).toFixed(1)} GB of free disk`
    },
    async write(folder) {
      const rng = makeRng(1, 'label issues')
      const truth = drawLabels(n, classes, rng)
      const given = truth.map((label) => (rng.uniform() < wrongShare ? rng.below(classes) : label))
      await writeIntegers(join(folder, 'labels.npy'), given)
      await writePredProbs(join(folder, 'pred_probs.npy'), truth, classes, rng)
    },
  }
}
