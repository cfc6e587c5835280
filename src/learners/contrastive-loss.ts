import { makeKernel } from '../tensor/kernel.ts'
import { matrix, type Matrix } from '../tensor/matrix.ts'
import { classMasses } from './class-shares.ts'
import type { ClassTexts } from './class-texts.ts'
import { beforeUnitLayer, unitLayer } from './unit-layer.ts'

/** What is learnt: unit vectors `v` become `unit(v + v · change)`, so that zeros leave them as they are. */
export interface Projections {
  /** Of the items' features, shape `[d, d]`. */
  readonly items: Matrix
  /** Of the class texts, shape `[d, d]`. */
  readonly texts: Matrix
}

const symmetricLoss = makeKernel((g) => {
  const [x, prototypes] = [g.input('x', ['n', 'd']), g.input('prototypes', ['k', 'd'])]
  const [shares, masses] = [g.input('shares', ['n', 'k']), g.input('masses', [1, 'k'])]
  const [scale, half] = [g.input('scale', [1, 1]), g.constant(Float32Array.of(0.5), [1, 1])]
  const items = unitLayer(g, g.add(x, g.matmul(x, g.input('items', ['d', 'd']))))
  const texts = unitLayer(g, g.add(prototypes, g.matmul(prototypes, g.input('texts', ['d', 'd']))))
  const logits = g.multiply(g.matmulByTransposed(items.unit, texts.unit), scale)
  const rivals = g.add(logits, g.input('logMasses', [1, 'k']))
  const ofText = g.logSumExp(logits, 0)
  const ofItems = g.multiply(g.exp(g.subtract(logits, ofText)), masses)
  const meant = g.add(g.softmax(rivals), ofItems)
  const residual = g.multiply(g.subtract(g.multiply(meant, half), shares), scale)
  const [towardsTexts, towardsItems] = [g.matmul(residual, texts.unit), g.matmulTransposed(residual, items.unit)]
  const both = g.add(g.sum(g.logSumExp(rivals, 1)), g.sum(g.multiply(ofText, masses)))
  return {
    loss: g.subtract(g.multiply(both, half), g.sum(g.multiply(shares, logits))),
    itemsGradient: g.matmulTransposed(x, beforeUnitLayer(g, towardsTexts, items)),
    textsGradient: g.matmulTransposed(prototypes, beforeUnitLayer(g, towardsItems, texts)),
  }
})

/** The logarithm of no items at all, as far as 32-bit logits go. */
const never = -1e6

/**
 * The symmetric contrastive loss of a batch, and its gradient: half the cross-entropy of each item's text among those of the batch, half that of
 * each text's item among the items.
 *
 * Written by class, not by pair. In the paper each item of the batch brings its own copy of its class's text, and the copy that another item of
 * the same class brought counts as a negative. As copies are equal, it pulls nowhere: the loss is the same, to the last digit, when all
 * items of a class are positives of each other. So there is no choice to make; `contrastive-tuning.test.ts` holds both against this form.
 *
 * @param points - Unit rows, shape `[n, d]`.
 * @param shares - Soft labels, shape `[n, k]`.
 * @see Goyal et al., Finetune like you pretrain, CVPR 2023 (arXiv:2212.00638).
 */
export async function contrastiveLoss(
  projections: Projections,
  { prototypes, scale }: Required<ClassTexts>,
  points: Matrix,
  shares: Matrix,
): Promise<{ readonly loss: number; readonly gradient: Projections }> {
  const masses = matrix(1, shares.cols, Float32Array.from(classMasses(shares)))
  const logMasses = matrix(
    1,
    shares.cols,
    masses.data.map((mass) => (mass > 0 ? Math.log(mass) : never)),
  )
  const inputs = { x: points, shares, masses, logMasses, prototypes, scale: matrix(1, 1, Float32Array.of(scale)) }
  const found = await symmetricLoss({ ...inputs, ...projections })
  return {
    loss: found.loss!.data[0]!,
    gradient: { items: found.itemsGradient!, texts: found.textsGradient! },
  }
}
