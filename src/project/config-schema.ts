import { z } from 'zod'
import { LabelwrightError } from '../core/error.ts'
import { toMicros } from '../core/money.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { classTreeOf } from '../formats/class-tree.ts'
import type { YamlPath } from '../formats/yaml-texts.ts'
import { strategyNames } from '../strategies/strategies.ts'
import { annotatorSchema } from './annotator-schema.ts'
import type { AnnotatorConfig, Batch, ClassSource, Config } from './config.ts'
import { keyed, number, optional, orElse, text, whole } from './config-values.ts'
import { datasetSchema } from './dataset-schema.ts'
import { learnerSchema } from './learner-schema.ts'
import { isoSchema, priorSchema } from './method-schema.ts'

const classesHint = 'the path of a file, or a list such as [bee, moth]'

const classes = z
  .union([text(classesHint), z.array(z.unknown()), z.map(z.unknown(), z.unknown())], classesHint)
  .transform((value, context): ClassSource => {
    if (typeof value === 'string') return { kind: 'file', path: value }
    let at: YamlPath = []
    try {
      const tree = classTreeOf(value, (place, why) => {
        at = place
        throw new LabelwrightError('bad-classes', `cannot be used, as ${why}:`, `write ${classesHint}`)
      })
      return { kind: 'inline', taxonomy: makeTaxonomy(tree.classes, tree.levels) }
    } catch (thrown) {
      if (!(thrown instanceof LabelwrightError)) throw thrown
      const message = thrown.code === 'bad-classes' ? thrown.message : `cannot be used. ${thrown.message}`
      context.addIssue({ code: 'custom', path: [...at], message })
      return z.NEVER
    }
  })

const annotatorsHint = 'a list of at least one annotator, such as { id: anna, kind: human, hourly: 30 }'
const annotators = z.array(annotatorSchema, annotatorsHint).min(1, annotatorsHint).superRefine(refuseTwins)

function refuseTwins(given: readonly AnnotatorConfig[], context: z.RefinementCtx): void {
  const ids = given.map(({ id }) => id)
  for (const [i, id] of ids.entries()) {
    if (ids.indexOf(id) === i) continue
    const message = `is taken by annotators[${ids.indexOf(id)}]: write another id`
    context.addIssue({ code: 'custom', path: [i, 'id'], message })
  }
}

const budgetHint = 'an amount above 0, such as 200, or { amount: 200, currency: EUR }'
const money = z.number(budgetHint).gt(0, budgetHint).max(9e9, budgetHint).transform(toMicros)
const currency = orElse(text('a currency, such as EUR', /^(\p{L}{1,16}|\p{Sc})$/u), 'units')
const budget = z.union(
  [
    money.transform((micros) => ({ amount: micros, currency: 'units' })),
    keyed({ amount: money, currency }, budgetHint),
  ],
  budgetHint,
)

const shareHint = 'a share between 0 and 1, such as 0.95'
const share = z.number(shareHint).gt(0, shareHint).lt(1, shareHint)

const labels = keyed(
  { given: optional(text('the name of a label column')), truth: optional(text('the name of a label column')) },
  '{ truth: label }',
)

const batchHint = 'a whole number from 1, such as 50, or { least: 10, share: 0.15 }'
const batch: z.ZodType<Batch> = z.union(
  [
    whole(batchHint, 1).transform((least) => ({ least, share: 0 })),
    keyed(
      {
        least: orElse(whole(batchHint, 1), 10),
        share: orElse(number('a share from 0 to 1, such as 0.15', 0, 1), 0.15),
      },
      batchHint,
    ),
  ],
  batchHint,
)

const encoderHint = 'builtin, onnx:./encoder.onnx, hf:<model> or ./features.npy'

/** All of `labelwright.yaml`, its paths as they stand there. */
export const configSchema: z.ZodType<Omit<Config, 'dir'>> = keyed(
  {
    dataset: datasetSchema,
    classes,
    labels: orElse(labels, { given: null, truth: null }),
    encoder: orElse(text(encoderHint, /^(builtin|onnx:.+|hf:.+|.+\.npy)$/), 'builtin'),
    annotators,
    prices: optional(text('the path of a YAML file of prices')),
    strategy: orElse(z.enum(strategyNames, `one of ${strategyNames.join(', ')}`), 'information' as const),
    iso: orElse(isoSchema, {}),
    prior: orElse(priorSchema, {}),
    learner: orElse(learnerSchema, 'mixture' as const),
    batch: optional(batch),
    budget: optional(budget),
    target: optional(
      keyed({ accuracy: share, confidence: orElse(share, 0.95) }, '{ accuracy: 0.95, confidence: 0.95 }'),
    ),
    seed: orElse(whole('a whole number from 0', 0), 1),
    rounds: optional(whole('a whole number from 1', 1)),
    start: orElse(whole('a whole number from 0, such as 30', 0), 30),
    audit: orElse(
      z.union(
        [z.literal(false), keyed({ items: optional(whole('a whole number from 1', 1)) }, '{ items: 200 }')],
        'false, or { items: 200 }',
      ),
      { items: null },
    ),
  },
  'keys such as dataset, classes and annotators',
)
  .refine((config) => config.budget !== null || config.target !== null, {
    error: 'says neither what may be spent nor what is to be reached: write budget: 200, or target: { accuracy: 0.95 }',
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
  .transform(({ budget: capped, dataset, ...rest }) => {
    const capital = { budget: capped?.amount ?? null, currency: capped?.currency ?? 'units' }
    return { ...rest, ...capital, dataset: dataset.path, open: dataset.open }
  })
