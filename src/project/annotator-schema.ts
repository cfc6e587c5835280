import { z } from 'zod'
import { columnRoles } from '../annotators/recorded-row.ts'
import type { AnnotatorConfig, ModelPrice, WorkPrice } from './config.ts'
import { amount, keyed, number, optional, orElse, text, whole } from './config-values.ts'

const answerPriceHint = '{ answer: 0.002 }'
const workHint = 'has no price, or two: write either hourly: 30 or price: { answer: 1 }'

// A misspelt key says more than what its absence leads to.
const isSoundSoFar = ({ issues }: { readonly issues: readonly unknown[] }): boolean => issues.length === 0

const id = text('letters, digits, "_", "-" and ".", at most 64, such as anna', /^[A-Za-z0-9_.-]{1,64}$/)
const level = optional(text('the name of a level of the class tree'))
const trusted = optional(z.boolean('true or false'))
const answerPrice = keyed({ answer: amount('0.002') }, answerPriceHint).transform(({ answer }) => ({
  kind: 'answer' as const,
  amount: answer,
}))

const seconds = number('seconds, from 0, such as 8', 0, 86_400)
const secondsPerQuestion = keyed(
  { classify: orElse(seconds, 8), verify: orElse(seconds, 2), select: orElse(seconds, 10) },
  '{ classify: 8, verify: 2 }',
)

const work = {
  hourly: optional(amount('30')),
  seconds: orElse(secondsPerQuestion, { classify: 8, verify: 2, select: 10 }),
  price: optional(answerPrice),
}
type Work = { readonly [key in keyof typeof work]: z.output<(typeof work)[key]> }

const isPaidOneWay = ({ hourly, price }: Pick<Work, 'hourly' | 'price'>): boolean =>
  (hourly === null) !== (price === null)

function workPrice(paid: Work): WorkPrice {
  return paid.price ?? { kind: 'hourly', wage: paid.hourly!, secondsPerQuestion: paid.seconds }
}

const human = keyed({ kind: z.literal('human'), id, ...work, trusted }, '{ id: anna, kind: human, hourly: 30 }')
  .refine(isPaidOneWay, { error: workHint, when: isSoundSoFar })
  .transform(({ kind, id: name, trusted: isTrusted, ...paid }) => {
    return { kind, id: name, price: workPrice(paid), trusted: isTrusted ?? true }
  })

const modelPriceHint = '{ input: 0.1, output: 0.4 } per million tokens, or { answer: 0.002 } per answer'
const modelPrice = keyed(
  { input: optional(amount('0.1')), output: optional(amount('0.4')), answer: optional(amount('0.002')) },
  modelPriceHint,
)
  .refine(
    ({ input, output, answer }) => (input === null) === (output === null) && (input === null) !== (answer === null),
    { error: `is half a price, or two: write ${modelPriceHint}`, when: isSoundSoFar },
  )
  .transform(({ input, output, answer }): ModelPrice => {
    return answer === null
      ? { kind: 'tokens', inputPerMillion: input!, outputPerMillion: output! }
      : { kind: 'answer', amount: answer }
  })

const picture = keyed(
  {
    longestSide: orElse(whole('pixels from 16 to 8192, such as 512', 16, 8192), 512),
    quality: orElse(whole('a JPEG quality from 1 to 100, such as 85', 1, 100), 85),
  },
  '{ longestSide: 512, quality: 85 }',
)

const endpointHint = 'an http(s) address such as http://localhost:8000/v1, without a password or "?" in it'

function isPlainAddress(address: string): boolean {
  const url = URL.parse(address)
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search
}

/** On the way to another machine, a key needs encryption; a model server in the next room without keys does not. */
function keepsKeysSafe({
  endpoint,
  apiKeyEnv,
}: {
  readonly endpoint: string
  readonly apiKeyEnv: string | null
}): boolean {
  const { protocol, hostname } = new URL(endpoint)
  const isLoopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  return apiKeyEnv === null || protocol === 'https:' || isLoopback
}

const vlm = keyed(
  {
    kind: z.literal('vlm'),
    id,
    endpoint: z.stringFormat('address', isPlainAddress, endpointHint),
    model: text('the name that the server knows the model by'),
    level,
    price: modelPrice,
    // Capitals only, because keys have small letters in them and end up here by mistake.
    apiKeyEnv: optional(
      text('the name of an environment variable in capitals, such as OPENAI_API_KEY', /^[A-Z_][A-Z0-9_]{0,63}$/),
    ),
    concurrency: orElse(whole('a whole number from 1 to 1024, such as 4', 1, 1024), 4),
    picture: orElse(picture, { longestSide: 512, quality: 85 }),
    timeoutSeconds: orElse(number('seconds from 1 to 3600, such as 60', 1, 3600), 60),
    maxRetries: orElse(whole('a whole number from 0 to 100, such as 5', 0, 100), 5),
    temperature: orElse(number('a number from 0 to 2', 0, 2), 0),
  },
  '{ id, kind: vlm, endpoint, model, price }',
)
  .refine(keepsKeysSafe, { error: 'would send its key unencrypted: write an https:// endpoint', when: isSoundSoFar })
  .transform(({ timeoutSeconds, ...rest }) => ({ ...rest, timeoutMs: timeoutSeconds * 1000 }))

const columns = keyed(
  Object.fromEntries(columnRoles.map((role) => [role, optional(text('the name of a column of the file'))])),
  '{ item: path, answer: label }',
).transform((named) => Object.fromEntries(Object.entries(named).filter(([, column]) => column !== null)))

const recorded = keyed(
  {
    kind: z.literal('recorded'),
    id,
    answers: text('the path of a CSV, TSV or JSONL file'),
    price: answerPrice,
    level,
    columns: orElse(columns, {}),
  },
  '{ id, kind: recorded, answers: ./answers.jsonl, price: { answer: 0.002 } }',
)

const noiseHint = 'a share from 0 to 1, such as 0.1, or { kind: look-alike, rate: 0.1 }'
const rate = number('a share from 0 to 1, such as 0.1', 0, 1)
const noise = z.union(
  [
    rate.transform((share) => ({ kind: 'uniform' as const, rate: share })),
    keyed({ kind: z.enum(['uniform', 'look-alike'], 'uniform or look-alike'), rate }, noiseHint),
  ],
  noiseHint,
)

const oracle = keyed(
  {
    kind: z.literal('oracle'),
    id,
    labels: text('the name of a label column of the dataset'),
    ...work,
    noise: orElse(noise, { kind: 'uniform' as const, rate: 0 }),
    trusted,
  },
  '{ id, kind: oracle, labels: truth, price: { answer: 1 } }',
)
  .refine(isPaidOneWay, { error: workHint, when: isSoundSoFar })
  .transform(({ kind, id: name, labels, noise: errs, trusted: isTrusted, ...paid }) => {
    return { kind, id: name, labels, noise: errs, price: workPrice(paid), trusted: isTrusted ?? errs.rate === 0 }
  })

/** One entry of `annotators:`. */
export const annotatorSchema: z.ZodType<AnnotatorConfig> = z.discriminatedUnion(
  'kind',
  [human, vlm, recorded, oracle],
  'human, vlm, recorded or oracle',
)
