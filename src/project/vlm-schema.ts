import { z } from 'zod'
import { dtypes } from '../annotators/local-model/dtype.ts'
import { wayNames } from '../annotators/vlm/asking/ways.ts'
import { pictureFormats } from '../annotators/vlm/picture.ts'
import { isLoopback, isPlainAddress } from '../annotators/vlm/wire/endpoint.ts'
import { defaultEndpoint, defaultKeyVariable, providerNames } from '../annotators/vlm/wire/provider.ts'
import { answerPrice, id, isSoundSoFar, level } from './annotator-parts.ts'
import type { ModelPrice, VlmConfig, ZeroShotConfig } from './config.ts'
import { amount, keyed, number, optional, orElse, text, whole } from './config-values.ts'

const priceHint = '{ input: 0.1, output: 0.4 } per million tokens, or { answer: 0.002 } per answer'
const price = keyed(
  {
    input: optional(amount('0.1')),
    cachedInput: optional(amount('0.025')),
    output: optional(amount('0.4')),
    batch: optional(number('a share of the price, from 0 to 1, such as 0.5', 0, 1)),
    reported: orElse(z.boolean('true or false'), false),
    answer: optional(amount('0.002')),
  },
  priceHint,
)
  .refine(
    ({ input, output, answer }) => (input === null) === (output === null) && (input === null) !== (answer === null),
    { error: `is half a price, or two: write ${priceHint}`, when: isSoundSoFar },
  )
  .transform(({ input, cachedInput, output, answer, batch, reported }): ModelPrice => {
    if (answer !== null) return { kind: 'answer', amount: answer }
    return {
      kind: 'tokens',
      inputPerMillion: input!,
      ...(cachedInput !== null && { cachedInputPerMillion: cachedInput }),
      outputPerMillion: output!,
      ...(batch !== null && { batchFactor: batch }),
      ...(reported && { reported }),
    }
  })

const picture = keyed(
  {
    longestSide: orElse(whole('pixels from 16 to 8192, such as 512', 16, 8192), 512),
    quality: orElse(whole('a quality from 1 to 100, such as 85', 1, 100), 85),
    format: orElse(z.enum(pictureFormats, 'jpeg, png or webp'), 'jpeg' as const),
  },
  '{ longestSide: 512, quality: 85 }',
)

const endpointHint = 'an http(s) address such as http://localhost:8000/v1, without a password or "?" in it'

/** On the way to another machine, a key needs encryption; a model server in the next room without keys does not. */
function keepsKeysSafe({
  endpoint,
  apiKeyEnv,
  provider: through,
}: Pick<VlmConfig, 'endpoint' | 'apiKeyEnv' | 'provider'>): boolean {
  const hasKey = apiKeyEnv !== null || (through !== 'in-process' && defaultKeyVariable(through) !== null)
  if (endpoint === null || !hasKey) return true
  const { protocol, hostname } = new URL(endpoint)
  return protocol === 'https:' || isLoopback(hostname)
}

const provider = z.enum([...providerNames, 'in-process'], `one of ${providerNames.join(', ')} or in-process`)

const dtype = z.enum(dtypes, `one of ${dtypes.join(', ')}`)

const perMinute = (what: string): z.ZodType<number | null> => optional(whole(`${what} per minute, from 1`, 1))

/** An entry of `annotators:` with `kind: vlm`. */
export const vlmSchema: z.ZodType<VlmConfig> & z.core.$ZodTypeDiscriminable = keyed(
  {
    kind: z.literal('vlm'),
    id,
    provider: orElse(provider, 'openai-compatible' as const),
    endpoint: optional(z.stringFormat('address', isPlainAddress, endpointHint)),
    model: text('the name that the server knows the model by'),
    level,
    price: optional(price),
    prompt: orElse(z.enum(wayNames, `one of ${wayNames.join(', ')}`), 'direct' as const),
    chunk: orElse(whole('a whole number from 2 to 100, such as 20', 2, 100), 20),
    examples: orElse(whole('a whole number from 0 to 32, such as 4', 0, 32), 0),
    samples: orElse(whole('a whole number from 1 to 32, such as 5', 1, 32), 1),
    confidence: orElse(z.enum(['none', 'stated', 'logprobs'], 'none, stated or logprobs'), 'none' as const),
    mode: orElse(z.enum(['live', 'batch'], 'live or batch'), 'live' as const),
    // Capitals only, because keys have small letters in them and end up here by mistake.
    apiKeyEnv: optional(
      text('the name of an environment variable in capitals, such as OPENAI_API_KEY', /^[A-Z_][A-Z0-9_]{0,63}$/),
    ),
    concurrency: orElse(whole('a whole number from 1 to 1024, such as 4', 1, 1024), 4),
    requestsPerMinute: perMinute('requests'),
    tokensPerMinute: perMinute('tokens'),
    picture: orElse(picture, { longestSide: 512, quality: 85, format: 'jpeg' as const }),
    timeoutSeconds: orElse(number('seconds from 1 to 3600, such as 60', 1, 3600), 60),
    maxRetries: orElse(whole('a whole number from 0 to 100, such as 5', 0, 100), 5),
    temperature: optional(number('a number from 0 to 2', 0, 2)),
    maxOutputTokens: orElse(whole('tokens from 1 to 32768, such as 256', 1, 32_768), 256),
    dtype: optional(dtype),
    replay: optional(text('the path of a file of recorded replies')),
  },
  '{ id, kind: vlm, endpoint, model, price }',
)
  .refine(keepsKeysSafe, { error: 'would send its key unencrypted: write an https:// endpoint', when: isSoundSoFar })
  .refine(
    (said) => said.endpoint !== null || said.provider === 'in-process' || defaultEndpoint(said.provider) !== null,
    {
      error: `has no address: write endpoint: and ${endpointHint}, or provider: openai, anthropic or google`,
      when: isSoundSoFar,
    },
  )
  // There the model is a part of the URL, which ".." or "?" would lead elsewhere.
  .refine(({ model, provider: through }) => through !== 'google' || /^(?!.*\.\.)[\w./-]+$/.test(model), {
    error: 'has no name of a Gemini model: write one such as model: gemini-2.5-flash',
    when: isSoundSoFar,
  })
  .refine(({ confidence, provider: through }) => confidence !== 'logprobs' || through.startsWith('openai'), {
    error: 'gets no log-probabilities from this provider: write confidence: stated, or samples: 5',
    when: isSoundSoFar,
  })
  .refine(({ examples, prompt }) => examples === 0 || prompt !== 'binary', {
    error: 'cannot be shown examples where it is asked about one class at a time: leave examples: out',
    when: isSoundSoFar,
  })
  .refine(({ mode, provider: through }) => mode === 'live' || through !== 'in-process', {
    error: 'cannot ask a model of this process in batches: leave out mode: batch',
    when: isSoundSoFar,
  })
  .transform(({ timeoutSeconds, ...rest }) => ({ ...rest, timeoutMs: timeoutSeconds * 1000 }))

/** An entry of `annotators:` with `kind: zero-shot`. */
export const zeroShotSchema: z.ZodType<ZeroShotConfig> & z.core.$ZodTypeDiscriminable = keyed(
  {
    kind: z.literal('zero-shot'),
    id,
    model: text('a folder such as ./clip, or hf:owner/name', /^(hf:[\w.-]+\/[\w.-]+|(?!hf:).*\S.*)$/),
    level,
    templates: optional(
      z
        .array(text('a text with {} in it, such as "a photo of a {}"', /\{\}/))
        .min(1, 'at least one text with {} in it'),
    ),
    dtype: optional(dtype),
    price: orElse(answerPrice, { kind: 'answer' as const, amount: 0 }),
  },
  '{ id, kind: zero-shot, model: ./clip }',
)
