import { LabelwrightError } from '../core/error.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import { classShares } from './class-shares.ts'
import { checkTask, predictByChunks, type Learner, type Predictor } from './learner.ts'

export interface CacheHeadOptions {
  /** How much the examples count beside the prior. Default 1, as in the paper. */
  readonly alpha?: number
  /** How fast an example's influence fades as the cosine falls. Default 5.5, as in the paper. */
  readonly beta?: number
  /** Logits known beforehand, shape `[m, k]` for features `[m, d]`, such as 100 × the cosine with the class names' text embeddings. Default: none. */
  readonly priorLogits?: Predictor
}

const cacheProbs = makeKernel((g) => {
  const cosines = g.matmulByTransposed(g.input('points', ['n', 'd']), g.input('keys', ['m', 'd']))
  const beta = g.input('beta', [1, 1])
  const affinities = g.exp(g.subtract(g.multiply(cosines, beta), beta))
  const cached = g.multiply(g.matmul(affinities, g.input('values', ['m', 'k'])), g.input('alpha', [1, 1]))
  return { probs: g.softmax(g.add(cached, g.input('prior', ['p', 'k']))) }
})

/**
 * Tip-Adapter without fine-tuning: the examples themselves are the model. Logits are `alpha · Σ exp(-beta (1 - cos(x, example))) · label`,
 * plus the prior's.
 *
 * Made for a handful of examples of each class beside a zero-shot prior. The sum grows with a class's number of examples, so that with
 * hundreds it becomes too sure, and frequent classes win; take a linear head then. A class without examples has its prior alone.
 *
 * @throws {@link LabelwrightError} Predicting: `bad-shape` when the prior logits have another shape, `not-finite` when one is NaN.
 * @see Zhang et al., Tip-Adapter: Training-free Adaption of CLIP for Few-shot Classification, ECCV 2022 (arXiv:2207.09519).
 */
export function cacheHead({ alpha = 1, beta = 5.5, priorLogits }: CacheHeadOptions = {}): Learner {
  return async (task) => {
    checkTask(task)
    const { features, evidence } = task
    const [d, k] = [features.cols, evidence.cols]
    const model = {
      keys: unitRows(features),
      values: classShares(evidence),
      alpha: matrix(1, 1, Float32Array.of(alpha)),
      beta: matrix(1, 1, Float32Array.of(beta)),
    }
    return (items) =>
      predictByChunks(items, { d, k, bytesPerRow: 4 * (features.rows + d + k) }, async (chunk) => {
        const prior = priorLogits ? await priorLogits(chunk) : matrix(1, k)
        if (priorLogits) checkPrior(prior, chunk.rows, k)
        return (await cacheProbs({ points: unitRows(chunk), prior, ...model })).probs!
      })
  }
}

function checkPrior({ rows, cols }: Matrix, n: number, k: number): void {
  if (rows === n && cols === k) return
  throw new LabelwrightError(
    'bad-shape',
    `The prior logits are ${rows} x ${cols}; needed are ${n} x ${k}.`,
    'Return one row per item and one column per class.',
  )
}
