import { toMicros } from '../../../core/money.ts'
import type { PriceEntry } from './price-table.ts'

type Row = readonly [model: string, input: number, cachedInput: number | null, output: number]

// In US dollars per million tokens, at the standard rate for short prompts. Where no price of cached input stands, it is counted in full.

/** https://platform.openai.com/docs/pricing */
const openai: readonly Row[] = [
  ['gpt-4o', 2.5, 1.25, 10],
  ['gpt-4o-2024-*', 2.5, 1.25, 10],
  ['gpt-4o-2024-05-13', 5, null, 15],
  ['gpt-4o-mini', 0.15, 0.075, 0.6],
  ['gpt-4o-mini-2024-*', 0.15, 0.075, 0.6],
  ['gpt-4.1', 2, 0.5, 8],
  ['gpt-4.1-2025-*', 2, 0.5, 8],
  ['gpt-4.1-mini*', 0.4, 0.1, 1.6],
  ['gpt-4.1-nano*', 0.1, 0.025, 0.4],
]

/** https://platform.claude.com/docs/en/about-claude/pricing */
const anthropic: readonly Row[] = [
  ['claude-3-haiku*', 0.25, 0.03, 1.25],
  ['claude-3-5-haiku*', 0.8, 0.08, 4],
  ['claude-haiku-4-5*', 1, 0.1, 5],
  ['claude-3-7-sonnet*', 3, 0.3, 15],
  ['claude-sonnet-4-*', 3, 0.3, 15],
  ['claude-opus-4-0', 15, 1.5, 75],
  ['claude-opus-4-2025*', 15, 1.5, 75],
  ['claude-opus-4-1*', 15, 1.5, 75],
  ['claude-opus-4-5*', 5, 0.5, 25],
  ['claude-opus-4-6*', 5, 0.5, 25],
]

/** https://ai.google.dev/gemini-api/docs/pricing */
const google: readonly Row[] = [
  ['gemini-2.0-flash', 0.1, null, 0.4],
  ['gemini-2.0-flash-0*', 0.1, null, 0.4],
  ['gemini-2.0-flash-lite*', 0.075, null, 0.3],
  ['gemini-2.5-flash', 0.3, null, 2.5],
  ['gemini-2.5-flash-lite', 0.1, null, 0.4],
  ['gemini-2.5-pro', 1.25, null, 10],
]

/** Prices for people who write none. They grow old: every use of them says of which day they are. */
export const knownPrices: readonly PriceEntry[] = [
  ...entries('openai', '2025-06-03', openai),
  ...entries('anthropic', '2026-03-01', anthropic),
  ...entries('google', '2026-03-01', google),
]

function entries(provider: string, asOf: string, rows: readonly Row[]): PriceEntry[] {
  return rows.map(([model, input, cachedInput, output]) => {
    return {
      model,
      provider,
      input: toMicros(input),
      cachedInput: cachedInput === null ? null : toMicros(cachedInput),
      output: toMicros(output),
      currency: 'USD',
      asOf,
    }
  })
}
