import type { APICallError } from '@ai-sdk/provider'
import { z } from 'zod'

/** What a provider says went wrong. */
export interface ErrorBody {
  /** For people; null where it says nothing. */
  readonly words: string | null
  /** Its names for the error, the most exact first: `insufficient_quota`, `overloaded_error`, `RESOURCE_EXHAUSTED`, `API_KEY_INVALID`. */
  readonly names: readonly string[]
  /** The status that a gateway wraps into a response that claims success. */
  readonly status: number | null
  /** How long Google asks to be left alone, as `34s`. */
  readonly retryDelay: string | null
  /** A gateway's moderation turned the message away. */
  readonly flagged: boolean
}

const name = z.string().optional().catch(undefined)

const problem = z.object({
  message: name,
  code: z.union([z.string(), z.number()]).optional().catch(undefined),
  status: name,
  type: name,
  details: z
    .array(z.object({ reason: name, retryDelay: name }))
    .optional()
    .catch(undefined),
  metadata: z.object({ flagged_input: z.unknown() }).optional().catch(undefined),
})

/** OpenAI, Anthropic and Google: `error`, which some make a text; FastAPI: `detail`; others: `message`. */
const errorBody = z.object({
  error: z.union([problem, z.string().transform((message) => ({ message }))]).optional(),
  detail: z.unknown().optional(),
  message: name,
})

/** Reads the body of a failed response, whatever it is. */
export function readErrorBody({ responseBody = '', data }: APICallError): ErrorBody {
  const said = parsed(responseBody) ?? data
  // Google's OpenAI-compatible endpoint packs its errors into a list.
  const body = errorBody.safeParse(Array.isArray(said) ? said[0] : said).data
  const error: z.infer<typeof problem> = body?.error ?? {}
  const detail = typeof body?.detail === 'object' ? JSON.stringify(body.detail) : (body?.detail as string | undefined)
  const plain = said === undefined && !responseBody.trimStart().startsWith('<') ? responseBody.trim() : ''
  const { code, details = [] } = error
  return {
    words: error.message || body?.message || detail || plain || null,
    names: [code, error.status, error.type, ...details.map(({ reason }) => reason)].filter(
      (each) => typeof each === 'string',
    ),
    status: typeof code === 'number' && code >= 400 && code < 600 ? code : null,
    retryDelay: details.find(({ retryDelay }) => retryDelay)?.retryDelay ?? null,
    flagged: error.metadata?.flagged_input !== undefined,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
