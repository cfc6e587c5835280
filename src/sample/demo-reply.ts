import type { ChatRequest } from './chat-request.ts'
import type { Glance } from './glance-model.ts'
import { optionsOfPrompt, optionsOfSchema, scoreOptions } from './label-options.ts'

/**
 * What the demo VLM says about a picture it glanced at: the likeliest of the options in the request (of its JSON schema, else of its
 * prompt), as `{"label": …}` where a schema was given. Without an option that it knows, it says so in words.
 */
export function demoReply({ schema, text }: ChatRequest, { probs }: Glance): string {
  const inSchema = optionsOfSchema(schema)
  const options = inSchema.length > 0 ? inSchema : optionsOfPrompt(text)
  if (options.length === 0) return 'I was given no list of classes to choose from.'
  const scores = scoreOptions(options, probs)
  if (scores.every((score) => score === null))
    return 'I know none of these classes; I only know the insects of the meadow.'
  const label = options[indexOfLargest(scores.map((score) => score ?? 0))]!
  return schema === null ? label : JSON.stringify({ label })
}

/** What was read and written, in tokens: four characters each, and one per patch of 28 x 28 pixels. */
export function usageOf(
  text: string,
  area: number,
  reply: string,
): Record<`${'prompt' | 'completion' | 'total'}_tokens`, number> {
  const prompt = Math.ceil(text.length / 4) + Math.ceil(area / 784)
  const completion = Math.ceil(reply.length / 4)
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}

function indexOfLargest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values))
}
