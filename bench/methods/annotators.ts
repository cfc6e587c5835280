import type { ImmediateAnnotator } from '../../src/annotators/annotator.ts'
import { makeOracle } from '../../src/annotators/oracle.ts'
import { toMicros } from '../../src/core/money.ts'
import { expectedCost, type Price } from '../../src/core/price.ts'
import { fineLevel, levelNamed, type Taxonomy } from '../../src/core/taxonomy.ts'

/** Anna and Ben, who answer for 1 each; a verdict is cheaper where naming the class means to choose among more than two. */
export function twoPeople(taxonomy: Taxonomy, seed: number, noise = 0): ImmediateAnnotator[] {
  const amount = toMicros(1)
  return ['anna', 'ben'].map((id) =>
    makeOracle({
      id,
      price: { kind: 'answer', amount, ...(taxonomy.k > 2 && { verify: toMicros(0.25) }) },
      questions: [{ kind: 'classify', level: fineLevel(taxonomy).name }],
      verifies: true,
      trusted: true,
      labels: 'class',
      taxonomy,
      noise,
      seed,
    }),
  )
}

/** What a model's answer costs, beside a person's at 1. */
export const modelPrice: Price = { kind: 'answer', amount: toMicros(0.02) }

/** A model that said beforehand which class of one level each item is, by id. */
export function standIn(
  id: string,
  taxonomy: Taxonomy,
  levelName: string,
  said: ReadonlyMap<string, number>,
): ImmediateAnnotator {
  const level = levelNamed(taxonomy, levelName)
  return {
    kind: 'immediate',
    id,
    price: modelPrice,
    questions: [{ kind: 'classify', level: levelName }],
    trusted: false,
    concurrency: 1024,
    knows: (item) => said.has(item.id),
    ask: async (item, question) => ({
      answer: { kind: 'label', label: level.classes[said.get(item.id)!]!.name },
      cost: expectedCost(modelPrice, question),
      seconds: null,
    }),
  }
}
