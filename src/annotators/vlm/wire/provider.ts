import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogle } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { Endpoint } from './endpoint.ts'

/** The wire formats: OpenAI's own, that of everybody who copies it (vLLM, SGLang, Ollama, LM Studio, OpenRouter, …), and two others. */
export const providerNames = ['openai-compatible', 'openai', 'anthropic', 'google'] as const

export type ProviderName = (typeof providerNames)[number]

/** A model, and how it is reached. */
export interface Connection {
  readonly provider: ProviderName
  readonly endpoint: Endpoint
  readonly model: string
}

/** Whether a provider speaks Chat Completions. */
export function isOpenAiLike(provider: ProviderName): boolean {
  return provider === 'openai' || provider === 'openai-compatible'
}

const defaults = {
  'openai-compatible': { endpoint: null, keyVariable: null },
  openai: { endpoint: 'https://api.openai.com/v1', keyVariable: 'OPENAI_API_KEY' },
  anthropic: { endpoint: 'https://api.anthropic.com/v1', keyVariable: 'ANTHROPIC_API_KEY' },
  google: { endpoint: 'https://generativelanguage.googleapis.com/v1beta', keyVariable: 'GEMINI_API_KEY' },
} as const satisfies Record<ProviderName, { endpoint: string | null; keyVariable: string | null }>

/** Where a provider is found; null where it could be anywhere. */
export function defaultEndpoint(provider: ProviderName): string | null {
  return defaults[provider].endpoint
}

/** The environment variable that holds a provider's key by custom; null where a key may not be needed. */
export function defaultKeyVariable(provider: ProviderName): string | null {
  return defaults[provider].keyVariable
}

/** Under this name the SDK takes what an OpenAI-compatible server's body is to hold beyond the common. */
export const bodyOptions = 'labelwright'

/** Opens a model for single calls by `doGenerate`, at which level the SDK does not retry. */
export function openModel({ provider, endpoint, model }: Connection, fetch: typeof globalThis.fetch): LanguageModelV4 {
  const where = { baseURL: endpoint.url, fetch }
  // Without a key the SDKs look for one in the environment by themselves; an empty one keeps them from it.
  const apiKey = endpoint.apiKey ?? ''
  switch (provider) {
    case 'openai-compatible':
      // Without `supportsStructuredOutputs` the SDK drops the schema and says nothing.
      return createOpenAICompatible({ ...where, apiKey, name: bodyOptions, supportsStructuredOutputs: true }).chatModel(
        model,
      )
    case 'openai':
      // Chat Completions, not Responses: these have log-probabilities, and their body is what a batch takes.
      return createOpenAI({ ...where, apiKey }).chat(model)
    case 'anthropic':
      return createAnthropic({ ...where, apiKey })(model)
    case 'google':
      return createGoogle({ ...where, apiKey })(model)
  }
}

/** The headers by which a provider knows who asks, for requests that do not go through the SDK. */
export function keyHeaders(provider: ProviderName, { apiKey }: Endpoint): Record<string, string> {
  switch (provider) {
    case 'anthropic':
      return { 'anthropic-version': '2023-06-01', ...(apiKey && { 'x-api-key': apiKey }) }
    case 'google':
      return apiKey ? { 'x-goog-api-key': apiKey } : {}
    case 'openai':
    case 'openai-compatible':
      return apiKey ? { authorization: `Bearer ${apiKey}` } : {}
  }
}
