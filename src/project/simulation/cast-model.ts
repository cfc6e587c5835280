import type { Item } from '../../core/item.ts'
import type { Price } from '../../core/price.ts'
import { questionKey, type Question } from '../../core/question.ts'
import type { LedgerEntry } from '../../store/store.ts'
import type { VlmConfig, ZeroShotConfig } from '../config.ts'
import { priceVlm } from '../open-vlm.ts'
import { amount, count, percent } from '../words.ts'
import type { Player, SaidBefore } from './player.ts'
import { cutTaxonomy, knowing, noiseAt, type Stage } from './stage.ts'

/** Who plays somebody, if anybody does, and what people should know about it. */
export interface Casting {
  readonly player: Player | null
  readonly note?: string
}

/** A recording that covers less would be asked mostly about what an earlier strategy chose. */
const coverage = 0.95

/** A model, which is never asked: it repeats what it has said in the project's ledger, or is played with an assumed accuracy. */
export async function castModel(said: VlmConfig | ZeroShotConfig, level: string, stage: Stage): Promise<Casting> {
  const { settings, items, ledger } = stage
  const { id } = said
  const accuracy = Object.hasOwn(settings.assume, id) ? settings.assume[id] : undefined
  if (accuracy !== undefined) {
    const { whole, config } = stage
    const { price } =
      said.kind === 'zero-shot'
        ? said
        : await priceVlm({ ...said, level }, config, { taxonomy: whole, seed: config.seed, items })
    const noise = noiseAt({ kind: 'look-alike', rate: 1 - accuracy }, cutTaxonomy(stage.taxonomy, level), stage)
    return {
      player: { ...knowing({ id, price, verifies: false }, level, stage), trusted: false, noise },
      note: `played at its price: right on ${percent(accuracy)} at level ${level}, mistakes among look-alikes (--assume)`,
    }
  }
  const { question, answers, price } = saidInLedger(ledger, { id, level, items })
  if (answers.length >= coverage * items.length) {
    return {
      player: { kind: 'recorded', id, questions: [question], verifies: false, price, said: answers },
      note: `repeats its ${count(answers.length)} answers of the project's ledger, at what they cost`,
    }
  }
  const spoken =
    answers.length > 0
      ? `has answered about ${count(answers.length)} of ${amount(items.length, 'item')} only`
      : 'has not been asked yet'
  return {
    player: null,
    note: `left out: it ${spoken}, and a simulation asks no model; --assume ${id}=0.8 plays it`,
  }
}

/** What a model has answered so far, each time the last attempt, and what an answer cost on average. */
interface SaidInLedger {
  readonly question: Question
  readonly answers: readonly SaidBefore[]
  readonly price: Price
}

function saidInLedger(
  ledger: readonly LedgerEntry[],
  { id, level, items }: { readonly id: string; readonly level: string; readonly items: readonly Item[] },
): SaidInLedger {
  const question = { kind: 'classify', level } as const
  const key = questionKey(question)
  const last = new Map<number, LedgerEntry>()
  for (const entry of ledger) {
    if (entry.annotator === id && questionKey(entry.question) === key) last.set(entry.item, entry)
  }
  const entries = [...last.values()]
  const spent = entries.reduce((sum, { cost }) => sum + cost, 0)
  return {
    question,
    answers: entries.map(({ item, answer, cost, seconds }) => ({
      item: items[item]!.id,
      question,
      reply: { answer, cost, seconds },
    })),
    price: { kind: 'answer', amount: Math.ceil(spent / Math.max(1, entries.length)) },
  }
}
