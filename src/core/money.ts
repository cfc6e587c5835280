import { LabelwrightError } from './error.ts'

/** Money as a whole number of millionths of the campaign's currency, so that sums are exact. */
export type Micros = number

const microsPerUnit = 1_000_000

/**
 * Rounds an amount of the currency to micros, half up.
 *
 * @throws {@link LabelwrightError} `bad-money` for a negative, infinite or unsafe amount.
 */
export function toMicros(amount: number): Micros {
  const micros = Math.round(amount * microsPerUnit)
  if (!Number.isSafeInteger(micros) || amount < 0) {
    throw new LabelwrightError(
      'bad-money',
      `${amount} is no amount of money.`,
      'Give a number from 0 to 9,000,000,000.',
    )
  }
  return micros
}

/** Micros as an amount of the currency. */
export function fromMicros(micros: Micros): number {
  return micros / microsPerUnit
}

/** Money for people: two decimals, more only while the amount is below one hundredth. */
export function formatMoney(micros: Micros, currency: string): string {
  const amount = fromMicros(micros)
  const digits = amount !== 0 && amount < 0.01 ? 6 : 2
  return `${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: digits })} ${currency}`
}
