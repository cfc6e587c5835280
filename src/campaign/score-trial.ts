import { estimateChannel } from '../channels/channel.ts'
import { columnReader, statedConfidence } from '../channels/testimony.ts'
import type { Micros } from '../core/money.ts'
import { classIndex, levelNamed } from '../core/taxonomy.ts'
import { row } from '../tensor/matrix.ts'
import { clopperPearsonLower } from './certificate.ts'
import type { PromptTrial, TrialAnswer } from './prompt-trial.ts'

/** How a model did, asked one way. Shares in `[0, 1]`, money in micros. */
export interface TrialScore {
  readonly answers: number
  readonly right: number
  /** Those that were answered right, by their place among the trial's items. */
  readonly rightItems: readonly number[]
  /** Two-sided Clopper–Pearson interval of the share of right answers, 95 %. */
  readonly interval: readonly [low: number, high: number]
  /** Share of answers that name none of the classes. */
  readonly outside: number
  /** Share without any answer: refused, cut off, unreadable, "none of these". */
  readonly abstained: number
  /** Mean distance of stated confidence from the share of right answers; null where none was stated. */
  readonly statedError: number | null
  /** The same of the confidence that the channel gives each answer, without knowing its truth. */
  readonly channelError: number | null
  readonly cost: Micros
  /** Median per answer; null where nobody measured. */
  readonly seconds: number | null
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** How many answers were found by which rule, most first. */
  readonly rules: readonly (readonly [rule: string, answers: number])[]
}

/** Sums a trial up. */
export function scoreTrial(trial: PromptTrial, answers: readonly TrialAnswer[]): TrialScore {
  const judged = answers.map((answer) => ({ ...answer, isRight: isRight(trial, answer) }))
  const rightItems = judged.filter((answer) => answer.isRight).map(({ item }) => item)
  const [n, right] = [judged.length, rightItems.length]
  const kinds = (kind: string): number => judged.filter(({ reply }) => reply.answer.kind === kind).length
  const stated = judged.map(({ reply, isRight: correct }) => ({ p: statedConfidence(reply.answer), correct }))
  const of = (key: 'calls' | 'inputTokens' | 'outputTokens'): number =>
    judged.reduce((sum, { reply }) => sum + (reply.how?.[key] ?? 0), 0)
  return {
    answers: n,
    right,
    rightItems,
    interval: n === 0 ? [0, 1] : [clopperPearsonLower(right, n, 0.975), 1 - clopperPearsonLower(n - right, n, 0.975)],
    outside: kinds('outside') / Math.max(1, n),
    abstained: kinds('abstain') / Math.max(1, n),
    statedError: calibrationError(stated.filter(({ p }) => p >= 0)),
    channelError: trial.kind === 'classify' ? calibrationError(throughChannel(trial, answers)) : null,
    cost: judged.reduce((sum, { reply }) => sum + reply.cost, 0),
    seconds: median(judged.flatMap(({ reply }) => reply.seconds ?? [])),
    calls: of('calls'),
    inputTokens: of('inputTokens'),
    outputTokens: of('outputTokens'),
    rules: [...Map.groupBy(judged, ({ reply }) => reply.how?.rule ?? 'unread')]
      .map(([rule, found]) => [rule, found.length] as const)
      .toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)),
  }
}

function isRight({ taxonomy, level: name, truth }: PromptTrial, { item, question, reply }: TrialAnswer): boolean {
  const level = levelNamed(taxonomy, name)
  const right = level.groupOf[truth[item]!]!
  if (question.kind === 'classify') return columnReader(level)(reply.answer) === right
  if (question.kind === 'select' || reply.answer.kind !== 'verdict') return false
  return reply.answer.approved === (classIndex(level)(question.label) === right)
}

/**
 * What a campaign would make of each answer that names a class: its chance of being right by a channel, and by shares of the classes, that have
 * not seen its truth.
 */
function throughChannel({ taxonomy, level: name, truth }: PromptTrial, answers: readonly TrialAnswer[]): Predicted[] {
  const level = levelNamed(taxonomy, name)
  const read = columnReader(level)
  const said = Int32Array.from(answers, ({ reply }) => read(reply.answer))
  const confidence = Float32Array.from(answers, ({ reply }) => statedConfidence(reply.answer))
  const trusted = Int32Array.from(answers, ({ item }) => truth[item]!)
  const random = new Uint8Array(said.length).fill(1)
  const testimony = { annotator: 'trial', level, said, confidence }
  const { leftOut } = estimateChannel(testimony, trusted, taxonomy.k, { random })
  const counts = new Float64Array(taxonomy.k)
  for (const y of trusted) counts[y]!++
  return Array.from(said).flatMap((r, i) => {
    if (r < 0 || r >= level.classes.length) return []
    const joint = Float64Array.from(
      row(leftOut, i),
      (log, y) => Math.exp(log) * (counts[y]! - Number(y === trusted[i]) + 1),
    )
    const total = joint.reduce((sum, p) => sum + p, 0)
    const mass = joint.reduce((sum, p, y) => sum + (level.groupOf[y] === r ? p : 0), 0)
    return [{ p: mass / total, correct: level.groupOf[trusted[i]!] === r }]
  })
}

interface Predicted {
  /** Of being right. */
  readonly p: number
  readonly correct: boolean
}

const bins = 10

/**
 * Expected calibration error over bins of equal width of the chance of being right.
 *
 * @see Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (arXiv:1706.04599), equation 3.
 */
function calibrationError(predicted: readonly Predicted[]): number | null {
  if (predicted.length === 0) return null
  const excess = new Float64Array(bins)
  for (const { p, correct } of predicted) excess[Math.min(bins - 1, Math.floor(p * bins))]! += p - (correct ? 1 : 0)
  return excess.reduce((sum, gap) => sum + Math.abs(gap), 0) / predicted.length
}

function median(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.toSorted((a, b) => a - b)[values.length >> 1]!
}
