import { z } from 'zod'
import { toMicros, type Micros } from '../core/money.ts'
import { adviseOnKey } from './unknown-key.ts'

// What the messages of these schemas say is what to write instead; `config-error.ts` puts the place and the finding before it. The message of
// a refinement says what is wrong as well.

/** A mapping with these keys and no others. */
export function keyed<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  hint: string,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    // One line for each of the keys, in their order.
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => adviseOnKey(key, known)).join('\n') : hint,
  })
}

/** A key that may be left out, or left empty; null then. */
export function optional<T>(schema: z.ZodType<T>): z.ZodType<T | null> {
  return orElse(schema, null)
}

/** A key that stands for `fallback` where it is left out, or left empty. */
export function orElse<T, Fallback>(schema: z.ZodType<T>, fallback: Fallback): z.ZodType<T | Fallback> {
  return schema.nullish().transform((value) => value ?? fallback)
}

/** A text with more than spaces in it. */
export function text(hint: string, pattern: RegExp = /\S/): z.ZodString {
  return z.string(hint).regex(pattern, hint)
}

/** A number from `min` to `max`. */
export function number(hint: string, min: number, max: number): z.ZodNumber {
  return z.number(hint).min(min, hint).max(max, hint)
}

/** A whole number from `min`. */
export function whole(hint: string, min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodInt {
  return z.int(hint).min(min, hint).max(max, hint)
}

/** An amount of money. */
export function amount(example: string): z.ZodType<Micros> {
  return number(`an amount from 0, such as ${example}`, 0, 9e9).transform(toMicros)
}
