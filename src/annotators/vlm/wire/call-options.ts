import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { Call } from '../transport.ts'
import type { Feature } from './capabilities.ts'
import { bodyOptions, isOpenAiLike, type ProviderName } from './provider.ts'

/** The most alternatives per token that OpenAI, vLLM and others give. */
const topLogprobs = 20

/** What the SDK is given for a call, with no more than these features. */
export function callOptions(
  provider: ProviderName,
  { prompt, responseFormat, maxOutputTokens, temperature, idempotencyKey }: Call,
  features: ReadonlySet<Feature>,
): LanguageModelV4CallOptions {
  const countsThinking = isOpenAiLike(provider) && maxOutputTokens !== undefined && !features.has('max_tokens')
  return {
    prompt,
    ...(responseFormat && features.has('schema') && { responseFormat }),
    ...(temperature !== undefined && features.has('temperature') && { temperature }),
    ...(maxOutputTokens !== undefined && !countsThinking && { maxOutputTokens }),
    // A label needs no thinking, which is billed as output and would use up the few tokens that a reply may have.
    ...(features.has('reasoning') && { reasoning: 'none' }),
    // One key stands for one body, and without a feature it is another.
    ...(idempotencyKey !== undefined && { headers: { 'idempotency-key': [idempotencyKey, ...features].join('-') } }),
    providerOptions: {
      openai: {
        ...(features.has('logprobs') && { logprobs: topLogprobs }),
        ...(countsThinking && { maxCompletionTokens: maxOutputTokens }),
      },
      [bodyOptions]: {
        ...(features.has('logprobs') && { logprobs: true, top_logprobs: topLogprobs }),
        ...(countsThinking && { max_completion_tokens: maxOutputTokens }),
      },
    },
  }
}
