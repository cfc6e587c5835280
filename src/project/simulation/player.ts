import { makeOracle } from '../../annotators/oracle.ts'
import type { Noise } from '../../annotators/oracle-noise.ts'
import type { ImmediateAnnotator } from '../../annotators/annotator.ts'
import { nothingRecorded } from '../../annotators/recorded-answer.ts'
import type { Reply } from '../../core/answer.ts'
import type { Price } from '../../core/price.ts'
import { questionKey, type Question } from '../../core/question.ts'
import { makeRng, permutation, type Rng } from '../../core/rng.ts'
import type { Taxonomy } from '../../core/taxonomy.ts'

/** Somebody who takes part in simulated campaigns, as plain data: it travels to the processes that run them. */
export type Player = OraclePlayer | RecordedPlayer

interface PlayerTraits {
  readonly id: string
  readonly price: Price
  readonly verifies: boolean
}

/** Somebody who knows the classes of a level, and errs. */
export interface OraclePlayer extends PlayerTraits {
  readonly kind: 'oracle'
  readonly trusted: boolean
  /** As it knows it: the level that it is asked at is the finest. */
  readonly taxonomy: Taxonomy
  /** The label column that holds the class of that level. */
  readonly column: string
  readonly noise: Noise | ClassNoise
}

/** Each class is mistaken at a rate of its own, evenly spaced from 0 to twice `meanRate`, in an order drawn by the seed. */
export interface ClassNoise {
  readonly kind: 'class'
  readonly meanRate: number
}

/** Somebody who says again what was said before; has nothing to say about other items. */
interface RecordedPlayer extends PlayerTraits {
  readonly kind: 'recorded'
  readonly questions: readonly Question[]
  readonly said: readonly SaidBefore[]
}

/** One answer of the past. */
export interface SaidBefore {
  /** Its id. */
  readonly item: string
  readonly question: Question
  readonly reply: Reply
}

/** The annotator that a player is in one run. */
export function annotatorOf(player: Player, seed: number): ImmediateAnnotator {
  return player.kind === 'oracle' ? oracleOf(player, seed) : recordingOf(player)
}

function oracleOf({ taxonomy, column, noise, ...traits }: OraclePlayer, seed: number): ImmediateAnnotator {
  return makeOracle({
    ...traits,
    taxonomy,
    labels: column,
    questions: [{ kind: 'classify', level: taxonomy.levels.at(-1)!.name }],
    noise: isByClass(noise) ? ratesByClass(noise, taxonomy.k, makeRng(seed, 'class noise', traits.id)) : noise,
    seed,
  })
}

function isByClass(noise: OraclePlayer['noise']): noise is ClassNoise {
  return typeof noise === 'object' && noise.kind === 'class'
}

function ratesByClass({ meanRate }: ClassNoise, k: number, rng: Rng): Noise {
  const place = permutation(k, rng)
  return {
    kind: 'class-dependent',
    rates: Array.from(place, (at) => (k === 1 ? meanRate : Math.min(1, (2 * meanRate * at) / (k - 1)))),
  }
}

function recordingOf({ said, ...traits }: RecordedPlayer): ImmediateAnnotator {
  const replies = new Map<string, Map<string, Reply>>()
  for (const { item, question, reply } of said) {
    const ofItem = replies.get(item) ?? new Map<string, Reply>()
    replies.set(item, ofItem.set(questionKey(question), reply))
  }
  return {
    ...traits,
    kind: 'immediate',
    trusted: false,
    concurrency: 1024,
    knows: ({ id }) => replies.has(id),
    ask: async ({ id }, question) => replies.get(id)?.get(questionKey(question)) ?? neverAsked,
  }
}

const neverAsked: Reply = { answer: { kind: 'abstain', reason: nothingRecorded }, cost: 0, seconds: null }
