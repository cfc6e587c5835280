import type { Annotator } from '../annotators/annotator.ts'
import { makeHuman } from '../annotators/human.ts'
import { makeOracle } from '../annotators/oracle.ts'
import { readRecorded } from '../annotators/recorded.ts'
import { makeVlm } from '../annotators/vlm/vlm.ts'
import type { Clock } from '../core/clock.ts'
import { LabelwrightError } from '../core/error.ts'
import type { Quarantined } from '../core/item.ts'
import type { Rng } from '../core/rng.ts'
import { fineLevel, type Taxonomy, type TaxonomyLevel } from '../core/taxonomy.ts'
import { configFileName, type AnnotatorConfig, type Config, type OracleConfig, type VlmConfig } from './config.ts'
import type { Env } from './read-config.ts'
import { guessTokens } from './token-guess.ts'

export interface Surroundings {
  readonly taxonomy: Taxonomy
  readonly itemIds: ReadonlySet<string>
  /** The dataset's. */
  readonly labelColumns: readonly string[]
  readonly seed: number
  readonly clock: Clock
  readonly rng: Rng
  /** Where replies of models are kept. */
  readonly cacheDir: string
  /** Where keys are. */
  readonly env: Env
}

export interface OpenedAnnotators {
  /** In the order of the file. */
  readonly annotators: readonly Annotator[]
  /** Rows of recordings that cannot be used, or are about items that the dataset does not have. */
  readonly quarantined: readonly Quarantined[]
}

/**
 * Makes the annotators that a project names. Nothing is sent to anyone yet.
 *
 * @throws {@link LabelwrightError} `bad-config` for a level or a label column that does not exist, `no-api-key`, `no-trusted-annotator`, or
 *   what {@link readRecorded} throws.
 */
export async function openAnnotators(config: Config, surroundings: Surroundings): Promise<OpenedAnnotators> {
  if (!config.annotators.some(isTrusted)) throw noTrustedAnnotator(config)
  const opened = await Promise.all(config.annotators.map((annotator) => open(annotator, config, surroundings)))
  return {
    annotators: opened.map(({ annotator }) => annotator),
    quarantined: opened.flatMap(({ quarantined }) => quarantined ?? []),
  }
}

interface Opened {
  readonly annotator: Annotator
  readonly quarantined?: readonly Quarantined[]
}

async function open(said: AnnotatorConfig, { labels }: Config, surroundings: Surroundings): Promise<Opened> {
  const { taxonomy } = surroundings
  const questions = [{ kind: 'classify', level: fineLevel(taxonomy).name }] as const
  switch (said.kind) {
    case 'human':
      return { annotator: makeHuman({ ...said, questions }) }
    case 'oracle': {
      const column = columnOf(said, labels, surroundings.labelColumns)
      return { annotator: makeOracle({ ...said, labels: column, questions, taxonomy, seed: surroundings.seed }) }
    }
    case 'recorded': {
      const level = levelOf(said, taxonomy).name
      const read = await readRecorded(said.answers, { ...said, ...surroundings, level })
      return { annotator: read.annotator, quarantined: [...read.quarantined, ...read.unknownItems] }
    }
    case 'vlm': {
      const level = levelOf(said, taxonomy)
      const price =
        said.price.kind === 'answer'
          ? said.price
          : { ...said.price, tokensPerQuestion: guessTokens(level, said.picture) }
      const apiKey = apiKeyOf(said, surroundings.env)
      return { annotator: makeVlm({ ...said, ...surroundings, level: level.name, price, apiKey }) }
    }
  }
}

function levelOf({ id, level }: { id: string; level: string | null }, taxonomy: Taxonomy): TaxonomyLevel {
  const found = level === null ? fineLevel(taxonomy) : taxonomy.levels.find(({ name }) => name === level)
  if (found) return found
  const names = taxonomy.levels.map(({ name }) => name).join(', ')
  throw badAnnotator(
    id,
    `has level: ${level}, which the class tree does not have.`,
    `Its levels are: ${names}. Name one of them, or leave "level:" out for the finest.`,
  )
}

function columnOf({ id, labels }: OracleConfig, roles: Config['labels'], columns: readonly string[]): string {
  const role = labels === 'given' || labels === 'truth' ? roles[labels] : null
  const column = columns.includes(labels) ? labels : (role ?? labels)
  if (columns.includes(column)) return column
  throw badAnnotator(
    id,
    `answers from the label column "${column}", which the dataset does not have.`,
    columns.length > 0
      ? `Its label columns are: ${columns.join(', ')}. Name one of them.`
      : 'It has none: an oracle needs a manifest with a column of labels.',
  )
}

function badAnnotator(id: string, says: string, fix: string): LabelwrightError {
  return new LabelwrightError('bad-config', `${configFileName}: the annotator "${id}" ${says}`, fix)
}

function apiKeyOf({ id, apiKeyEnv }: VlmConfig, env: Env): string | undefined {
  if (apiKeyEnv === null) return undefined
  const key = env[apiKeyEnv]?.trim()
  if (key) return key
  throw new LabelwrightError(
    'no-api-key',
    `The annotator "${id}" takes its key from the environment variable ${apiKeyEnv}, which is not set.`,
    `Set it, e.g. export ${apiKeyEnv}=…, and run again.`,
  )
}

function isTrusted(annotator: AnnotatorConfig): boolean {
  return 'trusted' in annotator && annotator.trusted
}

function noTrustedAnnotator({ annotators }: Config): LabelwrightError {
  return new LabelwrightError(
    'no-trusted-annotator',
    `None of the annotators (${annotators.map(({ id }) => id).join(', ')}) is trusted, so nobody could say how often the others err.`,
    'Add a person, e.g. { id: anna, kind: human, hourly: 30 }, or mark a human or an oracle with trusted: true.',
  )
}
