import type { Answer } from '../core/answer.ts'
import { classIndex, type TaxonomyLevel } from '../core/taxonomy.ts'

/**
 * Everything one annotator said at one level of the taxonomy, as columns of its channel.
 *
 * Columns `0..c-1` are the level's `c` classes, column `c` is an answer outside the taxonomy, column `c + 1` is no answer.
 */
export interface Testimony {
  readonly annotator: string
  readonly level: TaxonomyLevel
  /** The column said about each item, shape `[n]`; -1 where it was not asked. */
  readonly said: Int32Array
  /** How sure the annotator said it was, in `[0, 1]`, shape `[n]`; NaN where it did not say. */
  readonly confidence?: Float32Array
}

/** The number of columns of a channel at this level. */
export function columnsAt(level: TaxonomyLevel): number {
  return level.classes.length + 2
}

/** Reads answers at one level as columns. A distribution counts as its likeliest class; verdicts and label sets say nothing here (-1). */
export function columnReader(level: TaxonomyLevel): (answer: Answer) => number {
  const indexOf = classIndex(level)
  const outside = level.classes.length
  const named = (label: string): number => {
    const index = indexOf(label)
    return index < 0 ? outside : index
  }
  return (answer) => {
    switch (answer.kind) {
      case 'label':
        return named(answer.label)
      case 'distribution':
        return named(likeliest(answer.probabilities))
      case 'outside':
        return outside
      case 'abstain':
        return outside + 1
      case 'labels':
      case 'verdict':
        return -1
    }
  }
}

/** How sure an annotator said it was of its answer, in `[0, 1]`; NaN where it did not say. Of a distribution: its highest probability. */
export function statedConfidence(answer: Answer): number {
  if (answer.kind === 'distribution') return answer.probabilities[likeliest(answer.probabilities)] ?? NaN
  return 'confidence' in answer ? (answer.confidence ?? NaN) : NaN
}

function likeliest(probabilities: Readonly<Record<string, number>>): string {
  let best = ''
  let most = -Infinity
  for (const [label, p] of Object.entries(probabilities)) if (p > most) [best, most] = [label, p]
  return best
}
