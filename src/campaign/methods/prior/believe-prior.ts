import { trustedRows } from '../../../channels/channel.ts'
import { predictProbs } from '../../../learners/linear-head.ts'
import { splitNoise, type NoiseSplit } from '../../../strategies/prior/noise-set.ts'
import { productOfExperts } from '../../../strategies/prior/product-of-experts.ts'
import { gatherRows, matrix, row, type Matrix } from '../../../tensor/matrix.ts'
import { applyTemperature, fitTemperature } from '../../../tensor/temperature.ts'
import type { Belief } from '../../belief.ts'
import type { Campaign } from '../../campaign.ts'
import type { AskedModel } from '../asked-model.ts'
import type { Heard } from '../method.ts'
import type { PriorOptions } from '../options.ts'
import { foundationOf } from './foundation.ts'
import { borneOut, checkPseudoLabels } from './guard.ts'
import { priorProbs } from './prior-probs.ts'
import { judgeSmallModels, teachSmallModel, temperatures, type SmallModel } from './small-model.ts'

/** A belief by a foundation and a small model. */
export interface PriorBelief extends Belief {
  readonly foundation: AskedModel
  readonly split: NoiseSplit
  /** Of the items in `split.clean`, class of the foundation's level, shape `[n]`; -1 where none could be taken. */
  readonly pseudoLabels: Int32Array
  /** Items with a pseudo-label and a person's, per class of the foundation's level. */
  readonly checked: Int32Array
  /** What the small model holds, shape `[n, k]`. */
  readonly small: Matrix
}

/** Whether a belief is one by a foundation and a small model. */
export function isPriorBelief(belief: Belief): belief is PriorBelief {
  return 'split' in belief
}

/**
 * Believes people where they answered, the foundation model's labels in the clean set, and elsewhere it and the small model together, which
 * people and the clean set taught.
 *
 * @throws {@link LabelwrightError} `no-foundation`.
 */
export async function believePrior(campaign: Campaign, heard: Heard, options: PriorOptions): Promise<PriorBelief> {
  const { rho = 0.5, pseudoWeight = 1, guard = true, temperature = false, classWeights = false } = options
  const { pool } = campaign
  const { trusted, random } = heard.hearing
  const foundation = foundationOf(campaign, options.annotator)
  const { level } = foundation
  const rows = trustedRows(trusted)

  const said = priorProbs(foundation, heard, pool.k, options)
  const probs = temperature && rows.length > 0 ? cooled(said.probs, rows, trusted) : said.probs
  const truth = trusted.map((y) => (y < 0 ? -1 : level.groupOf[y]!))
  const checks = checkPseudoLabels(said.pseudoLabels, truth, random, level.classes.length)
  const taught = guard ? said.pseudoLabels.map((r) => (r >= 0 && checks.distrusted[r] ? -1 : r)) : said.pseudoLabels
  const weights = guard ? [...new Set([0, pseudoWeight / 10, pseudoWeight])] : [pseudoWeight]
  const before: SmallModel =
    rows.length > 0
      ? await judgeSmallModels(pool, { trusted, rows, pseudoLabels: taught, level }, { weights, temperature })
      : { predProbs: uniform(trusted.length, pool.k), weight: pseudoWeight, caution: (held) => held }

  const together = productOfExperts(before.predProbs, probs)
  const pseudoLabels = guard ? borneOut(taught, together, level.groupOf) : taught
  const open = Int32Array.from(trusted.keys()).filter((i) => trusted[i]! < 0)
  const split = splitNoise(open, rho, { together, pseudoLabels })
  const known = { foundation, split, pseudoLabels, checked: checks.checked, channels: [] }
  if (rows.length + split.clean.length === 0) {
    return { ...known, posterior: together, small: before.predProbs, head: null, predict: null }
  }
  const lessons = { trusted, rows, pseudoLabels, level }
  const head = await teachSmallModel(pool, lessons, split.clean, { weight: before.weight, classWeights })
  const small = before.caution(await predictProbs(head, pool.features))
  const posterior = productOfExperts(small, probs)
  for (const i of split.clean) {
    const held = row(posterior, i)
    held.set(row(together, i))
    // The paper's rule takes the label itself, whatever the small model says.
    if (!guard) keepOnly(held, (y) => level.groupOf[y] === pseudoLabels[i])
  }
  for (const i of rows) row(posterior, i).fill(0)[trusted[i]!] = 1
  return { ...known, posterior, small, head, predict: (features) => predictProbs(head, features) }
}

function cooled(probs: Matrix, rows: Int32Array, trusted: Int32Array): Matrix {
  const entries = { rows: Int32Array.from(rows.keys()), labels: rows.map((i) => trusted[i]!) }
  return applyTemperature(probs, fitTemperature(gatherRows(probs, rows), entries, temperatures))
}

function keepOnly(probs: Float32Array, isKept: (y: number) => boolean): void {
  const sum = probs.reduce((total, p, y) => total + (isKept(y) ? p : 0), 0)
  for (let y = 0; y < probs.length; y++) probs[y] = isKept(y) ? probs[y]! / sum : 0
}

function uniform(n: number, k: number): Matrix {
  return matrix(n, k, new Float32Array(n * k).fill(1 / k))
}
