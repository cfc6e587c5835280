import { makeKernel } from '../tensor/kernel.ts'
import { matrix } from '../tensor/matrix.ts'
import { unitRows } from '../tensor/unit-rows.ts'
import { classShares } from './class-shares.ts'
import { checkTextTask, checkTexts, headOfTexts, predictDirections, type ClassTexts } from './class-texts.ts'
import { fitTerms } from './fit-terms.ts'
import { kernelTerm } from './head-loss.ts'
import type { Learner } from './learner.ts'

export interface TextProbeOptions extends ClassTexts {
  /** Strength of the penalty `l2 / 2 · ‖scale · (W - prototypes)‖²` beside the summed loss: how much the texts count beside the examples. Default 0.3. */
  readonly l2?: number
}

const probeLoss = makeKernel((g) => {
  const x = g.input('x', ['n', 'd'])
  const [shares, count] = [g.input('shares', ['n', 'k']), g.input('count', ['n', 1])]
  const [moved, bias] = [g.input('weights', ['d', 'k']), g.input('bias', [1, 'k'])]
  const logits = g.matmul(x, g.add(g.input('start', ['d', 'k']), moved))
  const residual = g.multiply(g.subtract(g.softmax(logits), shares), count)
  const loss = g.subtract(g.logSumExp(logits, 1), g.sum(g.multiply(shares, logits), 1))
  return {
    loss: g.multiply(loss, count),
    weightGradient: g.matmulTransposed(x, residual),
    // There is no bias: whatever it is, it changes nothing.
    biasGradient: g.subtract(bias, bias),
  }
})

/**
 * A linear head that starts at the class texts and is drawn back to them: logits are `scale · W x / |x|`, without bias. Taught nothing, it is the
 * zero-shot classifier; a class without examples keeps its text, and the more examples there are, the less texts matter.
 *
 * The published probe starts there too, but is only held there by stopping after 50 epochs; a penalty has one solution, whatever the
 * number of examples. Evidence counts as soft labels (`softmax(E)`), which keeps the loss convex.
 *
 * @returns A learner that also throws `bad-shape` for features or classes of another number than the texts'.
 * @throws {@link LabelwrightError} `bad-option` for a scale, or texts, that mean nothing; when learning, for a penalty that is no number from 0.
 * @see Wang, Wang, Kong, 2025 (arXiv:2506.01724), linear probing; Radford et al., ICML 2021, for the zero-shot head.
 * @example
 * ```ts
 * const predict = await textProbe({ prototypes, scale })({ features, evidence: labelEvidence(labels, k), rng: makeRng(1) })
 * ```
 */
export function textProbe({ l2 = 0.3, ...options }: TextProbeOptions): Learner {
  const texts = checkTexts(options)
  return async (task) => {
    checkTextTask(task, texts.prototypes)
    const start = headOfTexts(texts)
    const term = kernelTerm(probeLoss, unitRows(task.features), undefined, {
      byItem: async () => ({ shares: classShares(task.evidence) }),
      shared: { start },
    })
    const { rows: d, cols: k } = start
    const { weights } = await fitTerms([term], { d, k }, { l2 })
    return predictDirections(
      matrix(
        d,
        k,
        start.data.map((value, at) => value + weights.data[at]!),
      ),
    )
  }
}
