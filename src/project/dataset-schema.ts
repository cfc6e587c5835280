import { z } from 'zod'
import type { OpenDataConfig } from './config.ts'
import { keyed, number, optional, orElse, text, whole } from './config-values.ts'

const datasetHint = 'the path of a folder of pictures, or of a CSV, TSV or JSONL manifest'
const openHint = '{ index: ./open.parquet, images: ./open-images }'
const column = text('the name of a column of the index')

/** One path or several. */
function paths(hint: string): z.ZodType<readonly string[]> {
  return z.union([text(hint).transform((path) => [path]), z.array(text(hint)).min(1, hint)], hint)
}

const open: z.ZodType<OpenDataConfig> = keyed(
  {
    index: paths('the path of a Parquet or JSONL file with captions, or a list of such paths'),
    images: optional(text('the path of the folder that the paths in the index are relative to')),
    caption: orElse(column, 'caption'),
    path: orElse(column, 'path'),
    features: optional(paths('the path of a .npy file with one row per row of the index, or one path per file of it')),
    prototypes: optional(text('the path of a .npy file with one row per class')),
    perClass: orElse(whole('a whole number from 1, such as 500', 1), 500),
    minSimilarity: optional(number('a cosine from -1 to 1, such as 0.2', -1, 1)),
    ambiguous: orElse(z.enum(['drop', 'first'], 'drop or first'), 'drop' as const),
  },
  openHint,
).superRefine(({ index, features, prototypes, minSimilarity }, context) => {
  const refuse = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message })
  if (features && features.length !== index.length) {
    refuse(
      'features',
      `has ${features.length} files for ${index.length} of the index: write one for each, in their order`,
    )
  }
  if (features) return
  const needing = 'needs features to compare with: write features: ./open.npy too'
  if (minSimilarity !== null) refuse('minSimilarity', needing)
  if (prototypes !== null) refuse('prototypes', needing)
})

/** `dataset:`, a path or a mapping with open data beside it. */
export const datasetSchema: z.ZodType<{ readonly path: string; readonly open: OpenDataConfig | null }> = z.union(
  [
    text(datasetHint).transform((path) => ({ path, open: null })),
    keyed({ path: text(datasetHint), open: optional(open) }, datasetHint),
  ],
  datasetHint,
)
