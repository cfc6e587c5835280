import { permutation, type Rng } from '../../../core/rng.ts'
import { fitLinkedHeads, predictLinked, type LinkedHeads } from '../../../learners/linked-heads.ts'
import { improvementPerLabel, relativeGains, type Gains } from '../../../strategies/iso/gains.ts'
import { argmaxRows, gatherRows } from '../../../tensor/matrix.ts'
import type { Pool } from '../../pool.ts'
import { twoLevelLabels, type WeakLabels } from './weak-labels.ts'

const trials = 5
const increments = 5
/** Only the order of the accuracies matters here, not the last digit of a head. */
const headOptions = { maxIterations: 15, tolerance: 0.01 }

/** Items that teach with their weak label, and with their full one. */
type Taught = Readonly<Record<keyof Gains, Int32Array>>

/** Fits heads, from others where there are some, and counts their right guesses about items that they were not taught. */
type Lesson = (taught: Taught, start?: LinkedHeads) => Promise<{ readonly heads: LinkedHeads; readonly right: number }>

/**
 * How much one more weak and one more full label improve fine predictions, by learning curves: one kind is thinned to 1/5, 2/5, … of its labels
 * while all of the other teach, and the heads are judged by labels of people that were held out. Each of up to five trials holds out another fold.
 *
 * Before there are weak labels, half of the full ones are taken for weak at random, with what the weak annotator said of these items. Where
 * there are fewer than five labels of a kind, or only one fold has any, nothing can be told, and both gains are 1.
 *
 * @param trusted - Class that people gave, shape `[n]`; -1 where they gave none.
 */
export async function estimateGains(pool: Pool, trusted: Int32Array, weak: WeakLabels, rng: Rng): Promise<Gains> {
  const { fine, coarse } = twoLevelLabels(trusted, weak)
  const curves = { weak: new Float64Array(increments), full: new Float64Array(increments) }
  const [taughtItems, heldOutItems] = [{ weak: 0, full: 0 }, { all: 0 }]
  const folds = new Set(fine.rows.map((i) => pool.folds[i]!).sort())
  if (folds.size === 0) return { weak: 1, full: 1 }
  for (const fold of [...folds].slice(0, trials)) {
    const heldOut = fine.rows.filter((i) => pool.folds[i] === fold)
    const full = shuffled(
      fine.rows.filter((i) => pool.folds[i] !== fold),
      rng,
    )
    const taught = coarse.rows.length > 0 ? { full, weak: shuffled(coarse.rows, rng) } : halfPretended(full, weak.said)
    if (Math.min(taught.weak.length, taught.full.length) < increments) return { weak: 1, full: 1 }
    const lesson = lessonFor(pool, trusted, weak, heldOut)
    heldOutItems.all += heldOut.length
    for (const kind of ['weak', 'full'] as const) {
      taughtItems[kind] += taught[kind].length
      for (const [r, right] of (await curveOf(lesson, taught, kind)).entries()) curves[kind][r]! += right
    }
  }
  const gainOf = (kind: keyof Gains): number =>
    improvementPerLabel(
      curves[kind].map((right) => right / heldOutItems.all),
      taughtItems[kind] / Math.min(trials, folds.size) / increments,
    )
  return relativeGains({ weak: gainOf('weak'), full: gainOf('full') })
}

/** Right guesses after each increment of one kind. Heads start where those before ended, which have seen no more. */
async function curveOf(lesson: Lesson, taught: Taught, kind: keyof Gains): Promise<number[]> {
  const curve: number[] = []
  let heads: LinkedHeads | undefined
  for (let r = 1; r <= increments; r++) {
    const thinned = taught[kind].subarray(0, Math.floor((r * taught[kind].length) / increments))
    const learnt = await lesson({ ...taught, [kind]: thinned }, heads)
    heads = learnt.heads
    curve.push(learnt.right)
  }
  return curve
}

function lessonFor(pool: Pool, trusted: Int32Array, weak: WeakLabels, heldOut: Int32Array): Lesson {
  const blind = gatherRows(pool.features, heldOut)
  return async (taught, start) => {
    const labels = {
      fine: { rows: taught.full, labels: taught.full.map((i) => trusted[i]!) },
      coarse: { rows: taught.weak, labels: taught.weak.map((i) => weak.said[i]!), transition: weak.transition },
      parents: weak.model.level.groupOf,
    }
    const heads = await fitLinkedHeads(pool.features, labels, { ...headOptions, ...(start && { warmStart: start }) })
    const guesses = argmaxRows((await predictLinked(heads, blind)).fine)
    return { heads, right: heldOut.reduce((sum, i, at) => sum + (guesses[at] === trusted[i] ? 1 : 0), 0) }
  }
}

/** Items in random order; the first half of them is weak, as far as the weak annotator said something of them. */
function halfPretended(items: Int32Array, said: Int32Array): Taught {
  const half = items.subarray(0, items.length >> 1)
  return {
    weak: half.filter((i) => said[i]! >= 0),
    full: Int32Array.from([...items.subarray(half.length), ...half.filter((i) => said[i]! < 0)]),
  }
}

function shuffled(items: Int32Array, rng: Rng): Int32Array {
  return permutation(items.length, rng).map((place) => items[place]!)
}
