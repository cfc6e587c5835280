import { LabelwrightError } from '../core/error.ts'
import { formatMoney, type Micros } from '../core/money.ts'
import { expectedCost, type Price } from '../core/price.ts'
import { fineLevel, type Taxonomy } from '../core/taxonomy.ts'

/** What the fine class of one item costs, from the cheapest of those whose answers count as the truth. */
export function leastPrice(
  annotators: readonly { readonly trusted: boolean; readonly price: Price }[],
  taxonomy: Taxonomy,
): Micros {
  const question = { kind: 'classify', level: fineLevel(taxonomy).name } as const
  return Math.min(...annotators.filter(({ trusted }) => trusted).map(({ price }) => expectedCost(price, question)))
}

/** @throws {@link LabelwrightError} `budget-too-small` where it does not pay for one answer at the `least` price. */
export function checkBudget(budget: Micros, least: Micros, currency: string): void {
  if (budget >= least) return
  throw new LabelwrightError(
    'budget-too-small',
    `The budget of ${formatMoney(budget, currency)} does not pay for one answer of a person, ${formatMoney(least, currency)}.`,
    'Raise the budget in labelwright.yaml, or with --budget.',
  )
}
