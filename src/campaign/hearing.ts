import { columnReader, statedConfidence, type Testimony } from '../channels/testimony.ts'
import type { Denials } from '../channels/known.ts'
import { fineLevel, levelNamed, type Taxonomy } from '../core/taxonomy.ts'
import type { LedgerEntry } from '../store/store.ts'
import { hearVerdicts } from './verdicts.ts'

/** The ledger, sorted by how it is used: labels that count as the truth, and what everybody else said. */
export interface Hearing {
  /** Class that a trusted annotator gave, shape `[n]`; -1 where none did. */
  readonly trusted: Int32Array
  /** Fine classes that trusted annotators ruled out, of items whose class is not settled. */
  readonly denied: Denials
  /** 1 where the trusted label was asked for at random (the start, an audit), 0 where a strategy chose the item. Shape `[n]`. */
  readonly random: Uint8Array
  /** One per untrusted annotator and level, sorted by annotator, then level: independent of who answered first. */
  readonly weak: readonly Testimony[]
}

interface Spoken extends Required<Testimony> {
  readonly read: ReturnType<typeof columnReader>
}

/**
 * Reads the ledger. Of several trusted labels on one item the latest attempt counts; trusted answers that name no fine class do not.
 *
 * @param n - Number of items.
 * @param trustedIds - The annotators whose answers count as the truth.
 */
export function hear(
  ledger: readonly LedgerEntry[],
  n: number,
  taxonomy: Taxonomy,
  trustedIds: ReadonlySet<string>,
): Hearing {
  const trusted = new Int32Array(n).fill(-1)
  const random = new Uint8Array(n)
  const weak = new Map<string, Spoken>()
  const fine = fineLevel(taxonomy)
  const readFine = columnReader(fine)
  for (const entry of ledger) {
    if (entry.question.kind !== 'classify') continue
    if (trustedIds.has(entry.annotator)) {
      const column = readFine(entry.answer)
      if (entry.question.level !== fine.name || column < 0 || column >= taxonomy.k) continue
      trusted[entry.item] = column
      random[entry.item] = entry.purpose === 'learn' ? 0 : 1
      continue
    }
    const key = `${entry.annotator}\u0000${entry.question.level}`
    if (!weak.has(key)) {
      const level = levelNamed(taxonomy, entry.question.level)
      const [said, confidence] = [new Int32Array(n).fill(-1), new Float32Array(n).fill(NaN)]
      weak.set(key, { annotator: entry.annotator, level, said, confidence, read: columnReader(level) })
    }
    const { said, confidence, read } = weak.get(key)!
    said[entry.item] = read(entry.answer)
    confidence[entry.item] = statedConfidence(entry.answer)
  }
  const denied = hearVerdicts(ledger, taxonomy, trustedIds, trusted)
  return { trusted, denied, random, weak: [...weak.keys()].sort().map((key) => weak.get(key)!) }
}
