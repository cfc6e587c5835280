import { estimateChannel } from '../../../channels/channel.ts'
import { addConfidence, addEvidence } from '../../../channels/combine.ts'
import { excludeDenied } from '../../../channels/known.ts'
import { columnsAt } from '../../../channels/testimony.ts'
import { classIndex, type TaxonomyLevel } from '../../../core/taxonomy.ts'
import type { LedgerEntry } from '../../../store/store.ts'
import { matrix, row, softmaxRows, type Matrix } from '../../../tensor/matrix.ts'
import type { AskedModel } from '../asked-model.ts'
import type { Heard } from '../method.ts'
import type { PriorOptions } from '../options.ts'
import { likeliestGroup } from './likeliest-group.ts'

/** What the foundation model holds to be true. */
export interface Prior {
  /** Shape `[n, k]`, rows sum to 1; uniform where it was not asked. */
  readonly probs: Matrix
  /** The class of its level that it finds likeliest, shape `[n]`; -1 where it named none. */
  readonly pseudoLabels: Int32Array
}

/** Reads what the foundation model said as probabilities of the `k` fine classes. */
export function priorProbs(
  { annotator, level }: AskedModel,
  { ledger, hearing }: Heard,
  k: number,
  { foundation = 'channel', smoothing = 0.1 }: PriorOptions,
): Prior {
  const n = hearing.trusted.length
  const testimony = hearing.weak.find((heard) => heard.annotator === annotator.id && heard.level.name === level.name)
  const evidence = matrix(n, k)
  if (!testimony) return { probs: softmaxRows(evidence), pseudoLabels: new Int32Array(n).fill(-1) }
  if (foundation === 'channel') {
    const { truthGiven, confidence } = estimateChannel(testimony, hearing.trusted, k, hearing)
    addEvidence(evidence, truthGiven, testimony.said)
    if (confidence) addConfidence(evidence, testimony, confidence.shift)
  } else {
    addEvidence(evidence, smoothedAnswers(level, k, smoothing), testimony.said)
  }
  const probs = softmaxRows(evidence)
  if (foundation === 'stated') {
    const own = ledger.filter((entry) => entry.annotator === annotator.id)
    putStated(probs, own, level, smoothing)
  }
  excludeDenied(probs, hearing.denied)
  const likeliest = likeliestGroup(probs, level.groupOf)
  const named = (i: number): boolean => testimony.said[i]! >= 0 && testimony.said[i]! < level.classes.length
  return { probs, pseudoLabels: likeliest.map((r, i) => (named(i) ? r : -1)) }
}

/** `P(true | said)` of a model that is right at a rate of `1 - smoothing`, whatever it says, shape `[k, c + 2]`. */
function smoothedAnswers(level: TaxonomyLevel, k: number, smoothing: number): Matrix {
  const table = matrix(k, columnsAt(level))
  for (let r = 0; r < table.cols; r++) {
    const inside = sizeOf(level, r)
    const tells = inside > 0 && inside < k
    for (let y = 0; y < k; y++) {
      const p = level.groupOf[y] === r ? (1 - smoothing) / inside : smoothing / (k - inside)
      table.data[y * table.cols + r] = tells ? p : 1 / k
    }
  }
  return table
}

/**
 * Where a distribution was stated, it takes the place of what its likeliest class tells. What it leaves open is spread over all classes,
 * and so is `smoothing` of the whole.
 */
function putStated(probs: Matrix, own: readonly LedgerEntry[], level: TaxonomyLevel, smoothing: number): void {
  const indexOf = classIndex(level)
  const sizes = level.classes.map((_, r) => sizeOf(level, r))
  for (const { item, answer, question } of own) {
    if (answer.kind !== 'distribution' || question.kind !== 'classify' || question.level !== level.name) continue
    const mass = new Float64Array(level.classes.length)
    for (const [label, p] of Object.entries(answer.probabilities)) if (indexOf(label) >= 0) mass[indexOf(label)]! += p
    const named = mass.reduce((sum, p) => sum + p, 0)
    const [scale, open] = [(1 - smoothing) / Math.max(1, named), smoothing + (1 - smoothing) * Math.max(0, 1 - named)]
    const said = row(probs, item)
    level.groupOf.forEach((r, y) => (said[y] = (scale * mass[r]!) / sizes[r]! + open / probs.cols))
  }
}

function sizeOf({ groupOf }: TaxonomyLevel, r: number): number {
  return groupOf.reduce((sum, group) => sum + (group === r ? 1 : 0), 0)
}
