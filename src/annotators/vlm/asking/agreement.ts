import type { Answer } from '../../../core/answer.ts'
import type { Reading } from '../reading/reading.ts'
import { isUnread } from './steps.ts'

/** What one class is counted as having been named beforehand, so that unanimous samples are no certainty. */
const pseudoCount = 0.5

/**
 * Puts the answers of several samples of one question together; a single one stays as it is.
 *
 * - Classes: a distribution over the classes named at least once, each with `(n_i + 0.5) / (m + 0.5 k)` for `n_i` of `m` samples and `k`
 *   classes. The rest of the probability, to 1, belongs to all other classes alike and is left out.
 * - Verdicts: approved by more than half, the confidence being the share of the side that wins, smoothed in the same way.
 * - Labels: those that more than half of the samples found.
 *
 * "None of these" and what lies outside the list win by being said more often than any class. Samples that could not be read are not
 * counted, unless there are no others.
 *
 * @param classes - Names of the classes that could have been named.
 * @see Wang et al., Self-Consistency Improves Chain of Thought Reasoning in Language Models, ICLR 2023 (arXiv:2203.11171).
 */
export function agree(readings: readonly Reading[], classes: readonly string[]): Reading {
  if (readings.length === 1) return readings[0]!
  const read = readings.filter((reading) => !isUnread(reading))
  const answers = (read.length > 0 ? read : readings).map(({ answer }) => answer)
  return { answer: agreed(answers, classes), rule: 'steps/agreed' }
}

function agreed(answers: readonly Answer[], classes: readonly string[]): Answer {
  const verdicts = answers.filter((answer) => answer.kind === 'verdict')
  const lists = answers.filter((answer) => answer.kind === 'labels')
  const silences = tally(answers.filter(isSilent).map((answer) => [JSON.stringify(answer), 1]))
  const votes = tally(answers.flatMap(votesIn))
  const yes = verdicts.filter(({ approved }) => approved).length
  const strongest = Math.max(yes, verdicts.length - yes, lists.length, ...votes.values())
  for (const [silence, count] of silences) if (count > strongest) return JSON.parse(silence) as Answer
  if (lists.length > 0) return commonLabels(lists)
  const smoothed = (count: number, m: number, k: number): number => (count + pseudoCount) / (m + pseudoCount * k)
  if (verdicts.length > 0) {
    const approved = 2 * yes > verdicts.length
    return { kind: 'verdict', approved, confidence: smoothed(Math.max(yes, verdicts.length - yes), verdicts.length, 2) }
  }
  const shares = Array.from(votes, ([name, count]) => [name, smoothed(count, answers.length, classes.length)])
  return { kind: 'distribution', probabilities: Object.fromEntries(shares) }
}

function isSilent({ kind }: Answer): boolean {
  return kind === 'abstain' || kind === 'outside'
}

function votesIn(answer: Answer): readonly (readonly [string, number])[] {
  if (answer.kind === 'label') return [[answer.label, 1]]
  return answer.kind === 'distribution' ? Object.entries(answer.probabilities) : []
}

/** Sums per name, largest first; ties in order of appearance. */
function tally(weights: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const [name, weight] of weights) sums.set(name, (sums.get(name) ?? 0) + weight)
  return new Map([...sums].toSorted(([, a], [, b]) => b - a))
}

function commonLabels(lists: readonly Extract<Answer, { kind: 'labels' }>[]): Answer {
  const common = (names: readonly string[]): string[] =>
    [...tally(names.map((name) => [name, 1]))].filter(([, count]) => 2 * count > lists.length).map(([name]) => name)
  const outside = common(lists.flatMap((list) => list.outside ?? []))
  return {
    kind: 'labels',
    labels: common(lists.flatMap(({ labels }) => labels)),
    ...(outside.length > 0 && { outside }),
  }
}
