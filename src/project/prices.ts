import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { knownPrices } from '../annotators/vlm/money/known-prices.ts'
import { findPrice, providerOf, type PriceEntry } from '../annotators/vlm/money/price-table.ts'
import { LabelwrightError } from '../core/error.ts'
import { fromMicros } from '../core/money.ts'
import type { TokenPrice } from '../core/price.ts'
import { fileError } from '../files/file-error.ts'
import { isBroken } from '../formats/text-lines.ts'
import { parseConfigDocument } from './config-document.ts'
import { brokenConfigError, configError } from './config-error.ts'
import { amount, keyed, optional, text } from './config-values.ts'
import { configFileName, type Config, type ModelPrice, type VlmConfig } from './config.ts'

/** Where a price is from. */
export type PriceSource =
  | { readonly kind: 'config' }
  | { readonly kind: 'table'; readonly table: 'built-in' | 'own'; readonly model: string; readonly asOf: string }

/** A model's price, but for how many tokens a question takes, which depends on the classes. */
export interface FoundPrice {
  readonly price: Omit<TokenPrice, 'tokensPerQuestion'>
  readonly source: PriceSource
}

/** A model for which the project says no price. */
export interface UnpricedModel {
  readonly id: string
  readonly model: string
  readonly provider: string
  /** Null: the provider's own. */
  readonly endpoint: string | null
}

const entryHint = '{ model: gpt-4.1-mini*, input: 0.40, output: 1.60, currency: USD, asOf: 2025-06-01 }'

const priceFile = z.array(
  keyed(
    {
      model: text('the name of a model, with * for any further characters'),
      provider: optional(text('openai, anthropic, google, openrouter or local')),
      input: amount('0.40'),
      cachedInput: optional(amount('0.10')),
      output: amount('1.60'),
      currency: text('the currency of the price, such as USD'),
      asOf: text('the day of the price, such as 2025-06-01', /^\d{4}-\d\d-\d\d$/),
    },
    entryHint,
  ),
  `a list of prices such as - ${entryHint}`,
)

/**
 * Reads a file of prices per million tokens, to be used before the built-in ones.
 *
 * @throws {@link LabelwrightError} `bad-config` with one line per problem; `file-not-found`, `unreadable-file`.
 */
export async function readPrices(path: string): Promise<readonly PriceEntry[]> {
  const said = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw fileError(path, thrown)
  })
  if (isBroken(said)) throw brokenConfigError(path, [{ line: 1, column: 1, why: 'The file is not valid UTF-8' }])
  const document = parseConfigDocument(said)
  if (!('value' in document)) throw brokenConfigError(path, document)
  const checked = priceFile.safeParse(document.value)
  if (checked.success) return checked.data
  throw configError(path, document, checked.error.issues)
}

/**
 * The price of a model: what the project says, else as {@link findModelPrice}.
 *
 * @throws {@link LabelwrightError} what {@link readPrices} and {@link findModelPrice} throw.
 */
export async function priceOf(
  said: VlmConfig,
  { prices, currency }: Config,
): Promise<{ price: ModelPrice; source: PriceSource }> {
  if (said.price) return { price: said.price, source: { kind: 'config' } }
  return findModelPrice(said, prices === null ? [] : await readPrices(prices), currency)
}

/**
 * The price of a model for which the project says none: from the project's own file of prices, else from the built-in ones, which are only
 * for the providers' own endpoints.
 *
 * @param own - What {@link readPrices} read; empty without such a file.
 * @throws {@link LabelwrightError} `bad-config` where neither knows the model, or only in another currency.
 */
export function findModelPrice(asked: UnpricedModel, own: readonly PriceEntry[], currency: string): FoundPrice {
  const name = { model: asked.model, provider: providerOf(asked.endpoint, asked.provider) }
  const mine = findPrice(own, name)
  const entry = mine ?? findPrice(knownPrices, name)
  if (!entry) throw noPrice(asked, name.provider, currency)
  if (currencyCode(entry.currency) !== currencyCode(currency)) throw otherCurrency(asked, entry, currency)
  const { input, cachedInput, output, model, asOf } = entry
  return {
    price: {
      kind: 'tokens',
      inputPerMillion: input,
      ...(cachedInput !== null && { cachedInputPerMillion: cachedInput }),
      outputPerMillion: output,
    },
    source: { kind: 'table', table: mine ? 'own' : 'built-in', model, asOf },
  }
}

/** Where a price is from, for people. A listed one may have changed since, and says so. */
export function sourceWords(source: PriceSource): string {
  if (source.kind === 'config') return configFileName
  const table = source.table === 'own' ? 'your price file' : 'built-in list'
  return `${table}, "${source.model}", price of ${source.asOf}, check it`
}

const symbols: Readonly<Record<string, string>> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'JPY', '₹': 'INR' }

function currencyCode(currency: string): string {
  return symbols[currency] ?? currency.toUpperCase()
}

function noPrice({ id, model }: UnpricedModel, provider: string, currency: string): LabelwrightError {
  const own = ['local', 'in-process'].includes(provider)
    ? ' A model of your own is not free: its machine costs money by the hour.'
    : ''
  return new LabelwrightError(
    'bad-config',
    `${configFileName}: the annotator "${id}" has no price, and none is known for the model "${model}".${own}`,
    `Write what a million tokens cost in ${currency}, e.g. price: { input: 0.1, output: 0.4 }, or a line for it in a file that prices: names.`,
  )
}

function otherCurrency({ id, model }: UnpricedModel, entry: PriceEntry, currency: string): LabelwrightError {
  const { input, output, asOf } = entry
  const listed = `{ input: ${fromMicros(input)}, output: ${fromMicros(output)} }`
  return new LabelwrightError(
    'bad-config',
    `${configFileName}: the annotator "${id}" has no price, and that of "${model}" is known in ${entry.currency} (${listed} per million tokens on ${asOf}), ` +
      `while the project counts in ${currency}.`,
    `Write price: { input: …, output: … } in ${currency} at today's exchange rate, or budget: { amount: …, currency: ${entry.currency} }.`,
  )
}
