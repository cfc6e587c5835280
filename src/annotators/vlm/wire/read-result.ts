import { InvalidResponseDataError, type LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import { z } from 'zod'
import type { Exchange, Usage } from '../exchange.ts'

/** Far more than any model reads at once, and than a call costs in any currency. */
const mostTokens = 1e9
const mostCost = 1e6

const tokenLogprob = z.object({ token: z.string(), logprob: z.number() })

/** What the SDK's types leave out; anything else that may stand in these places is passed over. */
const extras = z.object({
  choices: z
    .array(
      z.object({
        logprobs: z
          .object({ content: z.array(tokenLogprob.extend({ top_logprobs: z.array(tokenLogprob).nullish() })) })
          .nullish()
          .catch(null),
      }),
    )
    .nullish()
    .catch(null),
  usage: z
    .object({ cost: z.number().min(0).max(mostCost).nullish().catch(null) })
    .nullish()
    .catch(null),
})

/**
 * Takes from a provider's reply what counts here.
 *
 * @throws `InvalidResponseDataError` where there is no reply: for Gemini's SDK any JSON object is one, a gateway's error with status 200, too.
 */
export function readResult(result: LanguageModelV4GenerateResult): Omit<Exchange, 'seconds'> {
  const more = extras.safeParse(result.response?.body).data
  const logprobs = more?.choices?.[0]?.logprobs?.content
  const { unified: finishReason, raw: said } = result.finishReason
  const usage = usageOf(result.usage, more?.usage?.cost ?? null)
  if (result.content.length === 0 && finishReason === 'other' && said === undefined && !usage) {
    throw new InvalidResponseDataError({ data: null, message: 'it holds no reply' })
  }
  return {
    text: result.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(''),
    finishReason,
    usage,
    ...(logprobs?.length && {
      logprobs: logprobs.map(({ token, logprob, top_logprobs: top }) => ({ token, logprob, top: top ?? [] })),
    }),
  }
}

function usageOf(
  { inputTokens, outputTokens }: LanguageModelV4GenerateResult['usage'],
  reportedCost: number | null,
): Usage | null {
  const [input, output, cachedInput] = [inputTokens.total, outputTokens.total, inputTokens.cacheRead]
  if (!isCount(input) || !isCount(output)) return null
  return {
    input,
    ...(isCount(cachedInput) && cachedInput > 0 && cachedInput <= input && { cachedInput }),
    output,
    ...(reportedCost !== null && { reportedCost }),
  }
}

/** Servers may say anything here, and what is no number of tokens would be no price either. */
function isCount(tokens: number | undefined): tokens is number {
  return tokens !== undefined && tokens >= 0 && tokens <= mostTokens
}
