import { makeRng, permutation } from '../src/core/rng.ts'
import { crossValidatedProbs } from '../src/curation/cross-validated-probs.ts'
import { findLabelIssues } from '../src/curation/find-label-issues.ts'
import { matrix } from '../src/tensor/matrix.ts'

// A dataset in which 8 of 100 labels are wrong, and the list of items whose labels a person should look at, worst first.
// Run: node examples/find-label-errors.ts (Node 22.18 or newer)

const [n, d, k] = [1500, 16, 6]
const truth = Int32Array.from({ length: n }, (_, i) => i % k)
const features = drawFeatures() // yours come from an encoder, or from readNpy('features.npy')
const labels = truth.slice()
const rng = makeRng(1, 'errors')
const wrong = new Set(permutation(n, rng).subarray(0, 0.08 * n))
for (const item of wrong) labels[item] = (truth[item]! + 1 + rng.below(k - 1)) % k

const predProbs = await crossValidatedProbs(features, labels, makeRng(1, 'folds'))
const { ranked } = findLabelIssues(labels, predProbs)

const found = ranked.filter((item) => wrong.has(item)).length
console.log(`${wrong.size} of ${n} labels are wrong; ${ranked.length} are flagged, ${found} of them rightly`)
const worst = ranked.subarray(0, 50).filter((item) => wrong.has(item)).length
console.log(`of the first ${Math.min(50, ranked.length)} on the list, ${worst} are wrong`)

/** Overlapping clouds of points, one per class. */
function drawFeatures() {
  const points = makeRng(1, 'points')
  const centres = Float32Array.from({ length: k * d }, () => 0.8 * points.normal())
  const drawn = matrix(n, d)
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < d; j++, at++) drawn.data[at] = centres[truth[i]! * d + j]! + points.normal()
  }
  return drawn
}
