import type { Matrix } from '../../../tensor/matrix.ts'
import { clopperPearsonLower } from '../../certificate.ts'
import { likeliestGroup } from './likeliest-group.ts'

/** Pseudo-labels of a class are not taken once it is this sure that less than this share of them is right. */
const confidence = 0.95
const leastRight = 0.5

/** So many labels of people judge the pseudo-labels of a class; where so many were drawn at random, those alone. */
export const enoughChecks = 5

/** What people's answers say about the pseudo-labels of each class. */
export interface Checks {
  /** Items with a pseudo-label and a person's, per pseudo-label, shape `[c]`. */
  readonly checked: Int32Array
  /** 1 where the pseudo-labels of the class prove wrong, shape `[c]`. */
  readonly distrusted: Uint8Array
}

/**
 * Counts how many pseudo-labels of each class are right where people answered, and distrusts a class where even the upper Clopper–Pearson
 * bound of that share lies below one half.
 *
 * @param pseudoLabels - Shape `[n]`, values in `0..c-1`; -1 where there is none.
 * @param truth - The class that people gave at the level of the pseudo-labels, shape `[n]`; -1 where nobody answered.
 * @param random - 1 where the item was drawn at random, shape `[n]`: what a strategy chose are mostly items in doubt.
 */
export function checkPseudoLabels(pseudoLabels: Int32Array, truth: Int32Array, random: Uint8Array, c: number): Checks {
  const [all, drawn] = [0, 1].map(() => ({ checked: new Int32Array(c), wrong: new Int32Array(c) })) as [Count, Count]
  for (let i = 0; i < truth.length; i++) {
    const r = pseudoLabels[i]!
    if (truth[i]! < 0 || r < 0) continue
    for (const { checked, wrong } of random[i] ? [all, drawn] : [all]) {
      checked[r]!++
      if (truth[i] !== r) wrong[r]!++
    }
  }
  const isWrong = (r: number): boolean => {
    const { checked, wrong } = drawn.checked[r]! >= enoughChecks ? drawn : all
    return clopperPearsonLower(wrong[r]!, checked[r]!, confidence) > 1 - leastRight
  }
  return { checked: all.checked, distrusted: Uint8Array.from(all.checked, (_, r) => (isWrong(r) ? 1 : 0)) }
}

interface Count {
  readonly checked: Int32Array
  readonly wrong: Int32Array
}

/**
 * The pseudo-labels that both models together hold likeliest, too.
 *
 * @param together - Shape `[n, k]`.
 * @param groupOf - The pseudo-label that each fine class amounts to, shape `[k]`.
 * @returns Shape `[n]`, -1 for the others.
 */
export function borneOut(pseudoLabels: Int32Array, together: Matrix, groupOf: Int32Array): Int32Array {
  const held = likeliestGroup(together, groupOf)
  return pseudoLabels.map((r, i) => (held[i] === r ? r : -1))
}
