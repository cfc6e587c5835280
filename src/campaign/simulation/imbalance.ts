import { LabelwrightError } from '../../core/error.ts'
import { permutation, type Rng } from '../../core/rng.ts'
import { fineLevel, makeTaxonomy, type ClassSpec, type Taxonomy } from '../../core/taxonomy.ts'

/** What rounding may take from a power, so that 1000 items at a factor of 1000 leave the last class 1 and not 0. */
const rounding = 1e-9

/**
 * Thins a dataset out to a long tail: class `c` keeps `floor(n_max · factor^(-c / (k - 1)))` items drawn at random, but all where it has fewer, and
 * at least one of those it has. A milder tail by an equal generator holds the items of a steeper one.
 *
 * @param truth - Class of each item, shape `[n]`; items at -1 are left out.
 * @param factor - How many times as frequent the first class is as the last; 1 changes nothing but where classes differ anyway.
 * @returns The items to keep, ascending.
 * @throws {@link LabelwrightError} `bad-option` for a factor below 1.
 * @see Cui et al., Class-Balanced Loss Based on Effective Number of Samples, CVPR 2019.
 */
export function longTail(truth: Int32Array, k: number, factor: number, rng: Rng): Int32Array {
  if (!(factor >= 1 && factor < Infinity)) {
    throw new LabelwrightError('bad-option', `A long tail by a factor of ${factor} is none.`, 'Give a factor from 1.')
  }
  const sizes = new Int32Array(k)
  for (const y of truth) if (y >= 0) sizes[y]!++
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0)
  const left = Int32Array.from({ length: k }, (_, c) =>
    Math.max(1, Math.floor(largest * factor ** (-c / Math.max(1, k - 1)) + rounding)),
  )
  return permutation(truth.length, rng)
    .filter((i) => truth[i]! >= 0 && left[truth[i]!]!-- > 0)
    .sort()
}

/**
 * Makes a dataset imbalanced by putting its last classes together: fine classes `0..n-2` stay, all others become class `n - 1`.
 *
 * The new class answers to every name of the old ones. Levels above the fine one are gone, because the merged class lies across their groups.
 *
 * @param n - Classes that are left, from 1 to as many as there are; then nothing changes but that the other levels go.
 * @returns The new taxonomy, and for each old fine class its new one, shape `[k]`.
 * @throws {@link LabelwrightError} `bad-option` for any other `n`.
 * @see Zhang et al., LabelBench: A Comprehensive Framework for Benchmarking Adaptive Label-Efficient Learning, 2023 (arXiv:2306.09910).
 */
export function mergeClasses(taxonomy: Taxonomy, n: number): { taxonomy: Taxonomy; classOf: Int32Array } {
  const { k } = taxonomy
  if (!(Number.isInteger(n) && n >= 1 && n <= k)) {
    throw new LabelwrightError(
      'bad-option',
      `${k} classes cannot be merged into ${n}.`,
      `Give a whole number from 1 to ${k}.`,
    )
  }
  const { name, classes } = fineLevel(taxonomy)
  const [kept, merged] = [classes.slice(0, n - 1), classes.slice(n - 1)]
  const last = merged.length === 1 ? merged[0]! : mergedClass(merged, kept)
  return {
    taxonomy: makeTaxonomy([...kept, last], [name]),
    classOf: Int32Array.from({ length: k }, (_, fine) => Math.min(fine, n - 1)),
  }
}

function mergedClass(merged: readonly ClassSpec[], kept: readonly ClassSpec[]): ClassSpec {
  const taken = new Set([...kept, ...merged].flatMap(spellings).map((name) => name.trim().toLowerCase()))
  let name = 'other'
  for (let number = 2; taken.has(name); number++) name = `other ${number}`
  return {
    name,
    aliases: merged.flatMap(spellings),
    description: `any of these: ${merged.map((spec) => spec.name).join(', ')}`,
  }
}

function spellings({ name, aliases = [] }: ClassSpec): readonly string[] {
  return [name, ...aliases]
}
