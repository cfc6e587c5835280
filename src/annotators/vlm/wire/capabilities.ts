import { APICallError } from '@ai-sdk/provider'
import type { Call } from '../transport.ts'
import { isOpenAiLike, type Connection } from './provider.ts'

/** What a call may ask for and some endpoint refuses. A call without it is still the same question. */
export type Feature = 'logprobs' | 'max_tokens' | 'temperature' | 'reasoning' | 'schema'

/**
 * How refusals name them; the first that fits. Gemini and some gateways say no more of a schema that is too large than that something is
 * invalid. `max_tokens` is refused by models that count thinking, too, and name what they take instead.
 */
const refusals: readonly (readonly [Feature, RegExp])[] = [
  ['logprobs', /log.?prob/i],
  ['max_tokens', /max_completion_tokens/],
  ['temperature', /temperature/i],
  ['reasoning', /reasoning|thinking/i],
  [
    'schema',
    /response.?(format|schema|json|mime)|json.?(schema|mode|object)|schema|structured|guided|grammar|output.?(config|format)|tool_choice|contains an invalid argument|invalid params/i,
  ],
]

/** OpenAI's models that think before they answer, unless told not to; the others refuse to be told. */
const thinkers = /^(gpt-[5-9]|o\d)/

/** The features that a call needs on its way. */
export function featuresOf({ provider, model }: Connection, call: Call): Feature[] {
  const needed: Readonly<Record<Feature, boolean>> = {
    logprobs: call.logprobs && isOpenAiLike(provider),
    max_tokens: call.maxOutputTokens !== undefined && isOpenAiLike(provider),
    temperature: call.temperature !== undefined,
    reasoning: provider === 'openai' ? thinkers.test(model) : provider !== 'openai-compatible',
    schema: call.responseFormat?.type === 'json',
  }
  return refusals.map(([feature]) => feature).filter((feature) => needed[feature])
}

/** Which of the features of a call an endpoint would not have; null where it failed for another reason. */
export function refusedFeature(thrown: unknown, sent: ReadonlySet<Feature>): Feature | null {
  if (!APICallError.isInstance(thrown) || (thrown.statusCode !== 400 && thrown.statusCode !== 422)) return null
  const words = `${thrown.message} ${thrown.responseBody ?? ''}`
  return refusals.find(([feature, named]) => sent.has(feature) && named.test(words))?.[0] ?? null
}
