import { z } from 'zod'
import type { Config } from './config.ts'
import { keyed, text } from './config-values.ts'

const learnerHint =
  'mixture, linear, discriminant, mlp, nearest-class-mean, cache, or { external: [python3, ./train.py] }'
const word = text(learnerHint)

/** `learner:` in `labelwright.yaml`. */
export const learnerSchema: z.ZodType<Config['learner']> = z.union(
  [
    z.enum(['mixture', 'linear', 'discriminant', 'mlp', 'nearest-class-mean', 'cache'], learnerHint),
    keyed({ external: z.tuple([word], word) }, learnerHint),
  ],
  learnerHint,
)
