import type { z } from 'zod'
import type { AnswerPrice } from './config.ts'
import { amount, keyed, optional, text } from './config-values.ts'

// What several kinds of annotators have in common.

/** For refinements: a misspelt key says more than what its absence leads to. */
export const isSoundSoFar = ({ issues }: { readonly issues: readonly unknown[] }): boolean => issues.length === 0

export const id: z.ZodString = text(
  'letters, digits, "_", "-" and ".", at most 64, such as anna',
  /^[A-Za-z0-9_.-]{1,64}$/,
)

export const level: z.ZodType<string | null> = optional(text('the name of a level of the class tree'))

export const answerPrice: z.ZodType<AnswerPrice> = keyed({ answer: amount('0.002') }, '{ answer: 0.002 }').transform(
  ({ answer }) => ({ kind: 'answer' as const, amount: answer }),
)

/** Of those who are also asked whether a label is right. */
export const verdictPrice: z.ZodType<AnswerPrice> = keyed(
  { answer: amount('1'), verify: optional(amount('0.25')) },
  '{ answer: 1, verify: 0.25 }',
).transform(({ answer, verify }) => ({ kind: 'answer' as const, amount: answer, ...(verify !== null && { verify }) }))
