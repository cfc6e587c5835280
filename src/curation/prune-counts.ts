import { LabelwrightError } from '../core/error.ts'
import { countLabels } from './class-thresholds.ts'
import { calibrateJoint, jointOf } from './confident-joint.ts'
import type { CountedItems } from './confident-classes.ts'

/** How many labels of each given class are to be flagged, and for which true class. */
export interface PruneCounts {
  /** How many labels of each given class stay, shape `[k]`. */
  readonly kept: Int32Array
  /** Pairs of given class `g` are `pairStart[g]..pairStart[g + 1] - 1`; shape `[k + 1]`. */
  readonly pairStart: Int32Array
  /** The true class of each pair. */
  readonly pairTrue: Int32Array
  /** How many items of the given class probably belong to that true class; at least 1. */
  readonly pairCount: Int32Array
}

/** How many of the suspected labels are flagged. */
export interface PruneOptions {
  /** Share of the estimated label errors that is flagged, from 0 to 1. Default 1. */
  readonly fracNoise?: number
  /** How many items of each class keep their label at least; classes with no more are left alone. Default 1. */
  readonly minExamplesPerClass?: number
}

/**
 * Reads the numbers of labels to flag off the calibrated joint, as cleanlab 2.9 does: what a diagonal lacks is taken evenly from the other
 * filled cells, then fractions are cut off.
 *
 * @throws {@link LabelwrightError} `bad-option`.
 */
export function pruneCounts({ labels, classes: k, counted }: CountedItems, options: PruneOptions): PruneCounts {
  const { fracNoise = 1, minExamplesPerClass = 1 } = options
  checkOptions(fracNoise, minExamplesPerClass)
  const { counts } = calibrateJoint(jointOf(labels, counted, k), labels)
  const given = countLabels(labels, k)
  const kept = new Int32Array(k)
  const pairStart = new Int32Array(k + 1)
  const pairTrue: number[] = []
  const pairCount: number[] = []
  for (let g = 0; g < k; g++) {
    const row = counts.subarray(g * k, (g + 1) * k)
    const raised = Math.max(row[g]!, minExamplesPerClass)
    const taken = (raised - row[g]!) / Math.max(1, filled(row) - 1)
    let spared = 0
    for (let j = 0; j < k; j++) {
      const errors = j === g ? 0 : Math.max(0, row[j]! - taken)
      // Not `errors * (1 - fracNoise)`, which may round to just below a whole number.
      spared += errors - errors * fracNoise
      const flagged = Math.trunc(errors * fracNoise)
      if (flagged === 0 || given[g]! <= minExamplesPerClass) continue
      pairTrue.push(j)
      pairCount.push(flagged)
    }
    kept[g] = given[g]! <= minExamplesPerClass ? given[g]! : Math.trunc(raised + spared)
    pairStart[g + 1] = pairTrue.length
  }
  return { kept, pairStart, pairTrue: Int32Array.from(pairTrue), pairCount: Int32Array.from(pairCount) }
}

function filled(row: Int32Array): number {
  let count = 0
  for (let j = 0; j < row.length; j++) if (row[j] !== 0) count++
  return count
}

function checkOptions(fracNoise: number, minExamplesPerClass: number): void {
  if (!(fracNoise >= 0 && fracNoise <= 1)) {
    throw new LabelwrightError('bad-option', `fracNoise is ${fracNoise}.`, 'Give a share from 0 to 1.')
  }
  if (!(Number.isInteger(minExamplesPerClass) && minExamplesPerClass >= 0)) {
    throw new LabelwrightError(
      'bad-option',
      `minExamplesPerClass is ${minExamplesPerClass}.`,
      'Give a whole number from 0.',
    )
  }
}
