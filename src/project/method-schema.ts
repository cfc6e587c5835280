import { z } from 'zod'
import type { IsoOptions, PriorOptions } from '../campaign/methods/options.ts'
import { id } from './annotator-parts.ts'
import { keyed, number, optional } from './config-values.ts'

const share = number('a share from 0 to 1, such as 0.3', 0, 1)
const someHint = 'a share above 0, up to 1, such as 0.3'
const some = z.number(someHint).gt(0, someHint).max(1, someHint)
const innerHint = 'a share between 0 and 1, such as 0.1'
const inner = z.number(innerHint).gt(0, innerHint).lt(1, innerHint)
const yesOrNo = z.boolean('true or false')

/** One schema for each option. */
export type OptionSchemas<Options> = {
  readonly [Key in keyof Options]-?: z.ZodType<NonNullable<Options[Key]>>
}

/** What the strategies with options of their own may be told, by strategy; the message of each schema says what it takes. */
export const methodOptions: { readonly iso: OptionSchemas<IsoOptions>; readonly prior: OptionSchemas<PriorOptions> } = {
  iso: {
    matrix: oneOf('smoothed', 'plain', 'none'),
    refresh: yesOrNo,
    choice: oneOf('iso', 'fixed-ratio', 'apfwa'),
    weakShare: share,
    uncertainty: oneOf('margin', 'entropy', 'least-confidence'),
    annotator: id,
  },
  prior: {
    rho: some,
    annotator: id,
    pseudoWeight: share,
    guard: yesOrNo,
    foundation: oneOf('channel', 'smoothed', 'stated'),
    smoothing: inner,
    temperature: yesOrNo,
    classWeights: yesOrNo,
  },
}

function oneOf<const Name extends string>(...names: Name[]): z.ZodType<Name> {
  return z.enum(names, names.join(', ')) as z.ZodType<Name>
}

/** `iso:` in `labelwright.yaml`. */
export const isoSchema: z.ZodType<IsoOptions> = optionsOf(methodOptions.iso, '{ choice: fixed-ratio, weakShare: 0.5 }')

/** `prior:` in `labelwright.yaml`. */
export const priorSchema: z.ZodType<PriorOptions> = optionsOf(methodOptions.prior, '{ rho: 0.3 }')

/** What is left out, or left empty, is not said at all. */
function optionsOf(options: Readonly<Record<string, z.ZodType>>, hint: string): z.ZodType<object> {
  const shape = Object.fromEntries(Object.entries(options).map(([key, schema]) => [key, optional(schema)]))
  return keyed(shape, hint).transform((said) =>
    Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null)),
  )
}
