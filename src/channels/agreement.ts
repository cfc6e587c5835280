import { LabelwrightError } from '../core/error.ts'
import type { Votes } from './votes.ts'

/** How far apart two classes are: different or not; by ranks in the order of the classes; by the difference of their indices. */
export type AgreementScale = 'nominal' | 'ordinal' | 'interval'

/**
 * Krippendorff's alpha: 1 is perfect agreement, 0 is what chance gives, below 0 is systematic disagreement. Any number of annotators, any
 * votes missing; items with one vote do not count.
 *
 * @param scale - Default `nominal`.
 * @returns At most 1; NaN where fewer than two classes are named, so that nothing could have differed.
 * @see Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011.
 */
export function krippendorffAlpha(votes: Votes, scale: AgreementScale = 'nominal'): number {
  const { items, classes: k, label, offsets } = votes
  const frequency = new Float64Array(k)
  let pairable = 0
  for (let i = 0; i < items; i++) {
    const count = offsets[i + 1]! - offsets[i]!
    if (count < 2) continue
    pairable += count
    for (let v = offsets[i]!; v < offsets[i + 1]!; v++) frequency[label[v]!]!++
  }
  const distance = squaredDistance(scale, frequency)
  let observed = 0
  for (let i = 0; i < items; i++) {
    const [from, to] = [offsets[i]!, offsets[i + 1]!]
    if (to - from < 2) continue
    let apart = 0
    for (let v = from; v < to; v++) for (let w = v + 1; w < to; w++) apart += distance(label[v]!, label[w]!)
    observed += (2 * apart) / (to - from - 1)
  }
  let expected = 0
  for (let a = 0; a < k; a++)
    for (let b = a + 1; b < k; b++) expected += 2 * frequency[a]! * frequency[b]! * distance(a, b)
  return expected === 0 ? NaN : 1 - ((pairable - 1) * observed) / expected
}

function squaredDistance(scale: AgreementScale, frequency: Float64Array): (a: number, b: number) => number {
  switch (scale) {
    case 'nominal':
      return (a, b) => Number(a !== b)
    case 'interval':
      return (a, b) => (a - b) ** 2
    case 'ordinal': {
      // Half of a class's values rank below its middle.
      let below = 0
      const middle = frequency.map((count) => (below += count) - count / 2)
      return (a, b) => (middle[a]! - middle[b]!) ** 2
    }
  }
}

/**
 * Cohen's kappa of two annotators who labelled the same items: agreement beyond what their own frequencies of classes give by chance.
 *
 * @param first - Class of each item, shape `[n]`, -1 where there is no answer; items that only one of them labelled do not count.
 * @param second - The same, by the other.
 * @param k - Number of classes.
 * @returns At most 1; NaN where both always name the same single class, or share no item.
 * @throws {@link LabelwrightError} `length-mismatch` when the labels are not over the same items, `bad-votes` when one is out of range.
 * @see Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960).
 */
export function cohenKappa(first: Int32Array, second: Int32Array, k: number): number {
  if (first.length !== second.length) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got ${first.length} labels of one annotator and ${second.length} of the other.`,
      'Pass both over the same items, in the same order, with -1 where there is no answer.',
    )
  }
  const [ofFirst, ofSecond] = [new Float64Array(k), new Float64Array(k)]
  let [shared, agreed] = [0, 0]
  for (let i = 0; i < first.length; i++) {
    const [a, b] = [first[i]!, second[i]!]
    if (Math.max(a, b) >= k || Math.min(a, b) < -1) {
      throw new LabelwrightError(
        'bad-votes',
        `Item ${i} has labels ${a} and ${b}, but classes are 0..${k - 1}.`,
        'Correct them.',
      )
    }
    if (a < 0 || b < 0) continue
    shared++
    ofFirst[a]!++
    ofSecond[b]!++
    if (a === b) agreed++
  }
  let chance = 0
  for (let y = 0; y < k; y++) chance += (ofFirst[y]! / shared) * (ofSecond[y]! / shared)
  return beyondChance(agreed / shared, chance)
}

/**
 * Fleiss' kappa: agreement of the same number of annotators on every item beyond what the frequencies of classes give by chance.
 *
 * @returns At most 1; NaN where all votes name one class.
 * @throws {@link LabelwrightError} `bad-votes` when items have different numbers of votes, or fewer than two.
 * @see Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin 76 (1971).
 */
export function fleissKappa({ items, classes: k, label, offsets }: Votes): number {
  const each = label.length / items
  const frequency = new Float64Array(k)
  const counts = new Int32Array(k)
  let agreeing = 0
  for (let i = 0; i < items; i++) {
    const [from, to] = [offsets[i]!, offsets[i + 1]!]
    if (to - from !== each || each < 2) {
      throw new LabelwrightError(
        'bad-votes',
        `Item ${i} has ${to - from} votes, on average items have ${each}.`,
        "Give every item the same number of votes, at least two, or use Krippendorff's alpha.",
      )
    }
    // Each vote agrees with those before it that name its class.
    for (let v = from; v < to; v++) agreeing += 2 * counts[label[v]!]!++
    for (let v = from; v < to; v++) counts[label[v]!] = 0
    for (let v = from; v < to; v++) frequency[label[v]!]!++
  }
  let chance = 0
  for (let y = 0; y < k; y++) chance += (frequency[y]! / label.length) ** 2
  return beyondChance(agreeing / (items * each * (each - 1)), chance)
}

function beyondChance(agreement: number, chance: number): number {
  return chance === 1 ? NaN : (agreement - chance) / (1 - chance)
}
