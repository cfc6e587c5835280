import type { Context } from 'hono'
import { z } from 'zod'
import { LabelwrightError } from '../core/error.ts'
import type { Question } from '../core/question.ts'

/** Which questions a person wants, and how many. */
export interface QuestionsRequest {
  readonly annotator: string
  readonly limit: number
}

type Classify = Extract<Question, { kind: 'classify' }>
type Verify = Extract<Question, { kind: 'verify' }>

/** A question that was handed out. */
interface Asked {
  readonly item: number
  readonly question: Classify | Verify
  readonly attempt: number
}

/** What a person says to a question; null: cannot tell. */
export type Said =
  | { readonly question: Classify; readonly label: string | null }
  | { readonly question: Verify; readonly approved: boolean | null }

/** One answer. `seconds` from showing to answering. */
export interface AnswerRequest extends Asked {
  readonly annotator: string
  readonly said: Said
  readonly seconds: number | null
}

/** Questions that a page gives back unanswered, as it is closed. */
export interface ReleaseRequest {
  readonly annotator: string
  readonly questions: readonly Asked[]
}

const annotator = z.string().min(1).max(64)
const index = z.int().min(0)
const name = z.string().max(1000)
const asked = {
  item: index,
  question: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('classify'), level: name }),
    z.strictObject({ kind: z.literal('verify'), label: name }),
  ]),
  attempt: index,
}

export const questionsRequest: z.ZodType<QuestionsRequest> = z.strictObject({
  annotator,
  limit: z.coerce.number().int().min(1).max(50).default(5),
})

export const answerRequest: z.ZodType<AnswerRequest> = z
  .strictObject({
    annotator,
    ...asked,
    label: name.nullable().optional(),
    approved: z.boolean().nullable().optional(),
    seconds: z.number().min(0).max(86_400).nullable(),
  })
  .transform(({ label, approved, ...rest }, context): AnswerRequest => {
    const { question } = rest
    if (question.kind === 'classify' && label !== undefined && approved === undefined)
      return { ...rest, said: { question, label } }
    if (question.kind === 'verify' && approved !== undefined && label === undefined)
      return { ...rest, said: { question, approved } }
    context.addIssue(
      question.kind === 'classify'
        ? 'a question of which class takes "label", a name or null'
        : 'a question of whether it is a class takes "approved", true, false or null',
    )
    return z.NEVER
  })

export const releaseRequest: z.ZodType<ReleaseRequest> = z.strictObject({
  annotator,
  questions: z.array(z.strictObject(asked)).max(50),
})

/** Reads a request's JSON body. @throws {@link LabelwrightError} `bad-request`. */
export async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/json\b/i.test(type)) throw badRequest('The body is not announced as application/json.')
  const body: unknown = await c.req.json().catch(() => undefined)
  if (body === undefined) throw badRequest('The body is no JSON.')
  return checked(body, schema)
}

/** Checks what a request says. @throws {@link LabelwrightError} `bad-request`, naming every place. */
export function checked<T>(said: unknown, schema: z.ZodType<T>): T {
  const { success, data, error } = schema.safeParse(said)
  if (success) return data
  throw badRequest(`${error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ')}.`)
}

function badRequest(problem: string): LabelwrightError {
  return new LabelwrightError('bad-request', problem, 'Send the fields that this request takes, and no others.')
}
