import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeRng, permutation } from '../src/core/rng.ts'
import { labelEvidence } from '../src/learners/evidence.ts'
import { dealFolds, fitOutOfFold } from '../src/learners/out-of-fold.ts'
import { prepareFeatures } from '../src/learners/prepare-features.ts'
import { margin } from '../src/strategies/margin.ts'
import { argmaxRows, matrix } from '../src/tensor/matrix.ts'
import { readNpy, writeNpy } from '../src/tensor/npy.ts'

// A head on features from a .npy file, and the items a person should label next, round by round.
// Run: node examples/choose-next.ts (Node 22.18 or newer)

const [n, d, k] = [600, 16, 4]
const truth = Int32Array.from({ length: n }, (_, i) => i % k)
const folder = await mkdtemp(join(tmpdir(), 'labelwright-example-'))
try {
  const path = join(folder, 'features.npy')
  await writeNpy(path, drawFeatures()) // yours come from numpy.save(path, features.astype("float32"))

  const features = await prepareFeatures(await readNpy(path), makeRng(1, 'features'))
  const folds = dealFolds(n, makeRng(1, 'folds'))
  const labelled = new Set(permutation(n, makeRng(1, 'start')).subarray(0, 20))

  for (let round = 0; round < 4; round++) {
    const rows = Int32Array.from(labelled).sort()
    const labels = rows.map((i) => truth[i]!) // what a person answered
    const evidence = { rows, values: labelEvidence(labels, k) }
    const { predProbs } = await fitOutOfFold(features, evidence, folds, { l2: 0.01 })
    const right = argmaxRows(predProbs).filter((y, i) => y === truth[i]).length
    const candidates = Int32Array.from({ length: n }, (_, i) => i).filter((i) => !labelled.has(i))
    const trusted = truth.map((y, i) => (labelled.has(i) ? y : -1))
    const next = await margin({ predProbs, candidates, features, labels: trusted }, 20, makeRng(1, 'choose', round))
    console.log(
      `${rows.length} labels: ${((100 * right) / n).toFixed(1)} % right; next: ${next.subarray(0, 5).join(', ')}, …`,
    )
    for (const item of next) labelled.add(item)
  }
} finally {
  await rm(folder, { recursive: true })
}

/** Overlapping clouds of points, one per class. */
function drawFeatures() {
  const rng = makeRng(1, 'points')
  const centres = Float32Array.from({ length: k * d }, () => 0.8 * rng.normal())
  return matrix(
    n,
    d,
    Float32Array.from({ length: n * d }, (_, at) => centres[truth[Math.floor(at / d)]! * d + (at % d)]! + rng.normal()),
  )
}
