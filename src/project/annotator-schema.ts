import { z } from 'zod'
import { columnRoles } from '../annotators/recorded-row.ts'
import { id, isSoundSoFar, level, verdictPrice } from './annotator-parts.ts'
import type { AnnotatorConfig, WorkPrice } from './config.ts'
import { amount, keyed, number, optional, orElse, text } from './config-values.ts'
import { vlmSchema, zeroShotSchema } from './vlm-schema.ts'

const workHint = 'has no price, or two: write either hourly: 30 or price: { answer: 1 }'

const trusted = optional(z.boolean('true or false'))
const verifies = orElse(z.boolean('true or false'), true)
const seconds = number('seconds, from 0, such as 8', 0, 86_400)
const secondsPerQuestion = keyed(
  { classify: orElse(seconds, 8), verify: orElse(seconds, 2), select: orElse(seconds, 10) },
  '{ classify: 8, verify: 2 }',
)

const work = {
  hourly: optional(amount('30')),
  seconds: orElse(secondsPerQuestion, { classify: 8, verify: 2, select: 10 }),
  price: optional(verdictPrice),
}
type Work = { readonly [key in keyof typeof work]: z.output<(typeof work)[key]> }

const isPaidOneWay = ({ hourly, price }: Pick<Work, 'hourly' | 'price'>): boolean =>
  (hourly === null) !== (price === null)

function workPrice(paid: Work): WorkPrice {
  return paid.price ?? { kind: 'hourly', wage: paid.hourly!, secondsPerQuestion: paid.seconds }
}

const human = keyed(
  { kind: z.literal('human'), id, ...work, trusted, verifies },
  '{ id: anna, kind: human, hourly: 30 }',
)
  .refine(isPaidOneWay, { error: workHint, when: isSoundSoFar })
  .transform(({ hourly, seconds: took, price, trusted: isTrusted, ...said }) => {
    return { ...said, price: workPrice({ hourly, seconds: took, price }), trusted: isTrusted ?? true }
  })

const columns = keyed(
  Object.fromEntries(columnRoles.map((role) => [role, optional(text('the name of a column of the file'))])),
  '{ item: path, answer: label }',
).transform((named) => Object.fromEntries(Object.entries(named).filter(([, column]) => column !== null)))

const recorded = keyed(
  {
    kind: z.literal('recorded'),
    id,
    answers: text('the path of a CSV, TSV or JSONL file'),
    price: verdictPrice,
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
    verifies,
  },
  '{ id, kind: oracle, labels: truth, price: { answer: 1 } }',
)
  .refine(isPaidOneWay, { error: workHint, when: isSoundSoFar })
  .transform(({ hourly, seconds: took, price, trusted: isTrusted, ...said }) => {
    return { ...said, price: workPrice({ hourly, seconds: took, price }), trusted: isTrusted ?? said.noise.rate === 0 }
  })

/** One entry of `annotators:`. */
export const annotatorSchema: z.ZodType<AnnotatorConfig> = z.discriminatedUnion(
  'kind',
  [human, vlmSchema, zeroShotSchema, recorded, oracle],
  'human, vlm, zero-shot, recorded or oracle',
)
