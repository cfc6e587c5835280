import { matrix, type Matrix } from '../tensor/matrix.ts'
import { repeatEm, type EmOptions, type EmProgress } from './expectation-maximisation.ts'
import { votePosterior, voteShares } from './vote-posterior.ts'
import type { Votes } from './votes.ts'

const least = 1e-10

/** What `dawidSkene` returns, by its `one-coin` model. */
export interface OneCoin extends EmProgress {
  readonly posterior: Matrix
  readonly confusions: Matrix
  readonly prior: Float64Array
}

/** Dawid and Skene's model with one rate of right answers per annotator; its wrong answers fall on all other classes alike. */
export function oneCoin(votes: Votes, known: Int32Array, smoothing: number, options: EmOptions): OneCoin {
  const { items, annotators, classes: k, item, annotator, label, offsets } = votes
  const posterior = voteShares(votes, known)
  const prior = new Float64Array(k)
  const skill = new Float64Array(annotators)
  const [wrong, gain] = [new Float64Array(annotators), new Float64Array(annotators)]
  const others = Math.max(1, k - 1)
  const cast = new Float64Array(annotators)
  for (let v = 0; v < annotator.length; v++) cast[annotator[v]!]!++
  const model = {
    logPrior: new Float64Array(k),
    wrong: new Float64Array(item.length),
    gain: new Float64Array(item.length),
  }
  const maximise = (): void => {
    prior.fill(0)
    let voted = 0
    for (let i = 0; i < items; i++) {
      if (offsets[i] === offsets[i + 1]) continue
      voted++
      for (let y = 0; y < k; y++) prior[y]! += posterior[i * k + y]!
    }
    for (let y = 0; y < k; y++) model.logPrior[y] = Math.log((prior[y]! /= voted))
    skill.fill(smoothing)
    for (let v = 0; v < item.length; v++) skill[annotator[v]!]! += posterior[item[v]! * k + label[v]!]!
    for (let a = 0; a < annotators; a++) {
      const share = (skill[a]! + least) / (cast[a]! + smoothing * k + k * least)
      skill[a] = Math.min(Math.max(share, least), 1 - least)
      wrong[a] = Math.log((1 - skill[a]!) / others)
      gain[a] = Math.log(skill[a]!) - wrong[a]!
    }
    for (let v = 0; v < item.length; v++) {
      model.wrong[v] = wrong[annotator[v]!]!
      model.gain[v] = gain[annotator[v]!]!
    }
  }
  const round = (): number => {
    maximise()
    return votePosterior(votes, model, posterior, known)
  }
  const progress = repeatEm(round, items, options)
  const confusions = matrix(annotators * k, k)
  for (let at = 0; at < confusions.data.length; at++) {
    const s = skill[Math.floor(at / (k * k))]!
    confusions.data[at] = Math.floor(at / k) % k === at % k ? s : (1 - s) / others
  }
  return { posterior: matrix(items, k, Float32Array.from(posterior)), confusions, prior, ...progress }
}
