import type { Annotator } from '../annotators/annotator.ts'
import { makeHuman } from '../annotators/human.ts'
import { makeOracle } from '../annotators/oracle.ts'
import { readRecorded } from '../annotators/recorded.ts'
import { openZeroShot } from '../annotators/zero-shot/zero-shot.ts'
import { LabelwrightError } from '../core/error.ts'
import type { Quarantined } from '../core/item.ts'
import { fineLevel, type Taxonomy, type TaxonomyLevel } from '../core/taxonomy.ts'
import { configFileName, type AnnotatorConfig, type Config, type OracleConfig } from './config.ts'
import type { MeasurableModel } from './estimate-model.ts'
import { openVlm, type ModelSurroundings } from './open-vlm.ts'

export interface Surroundings extends ModelSurroundings {
  readonly itemIds: ReadonlySet<string>
  /** The dataset's. */
  readonly labelColumns: readonly string[]
}

export interface OpenedAnnotators {
  /** In the order of the file. */
  readonly annotators: readonly Annotator[]
  /** Rows of recordings that cannot be used, or are about items that the dataset does not have. */
  readonly quarantined: readonly Quarantined[]
  /** Those of them whose questions can be measured before they are asked, by their ids. */
  readonly models: ReadonlyMap<string, MeasurableModel>
}

/**
 * Makes the annotators that a project names. Nothing is sent to anyone yet.
 *
 * @throws {@link LabelwrightError} `bad-config` for a level or a label column that does not exist, `no-api-key`, `no-trusted-annotator`, or
 *   what {@link readRecorded} throws.
 */
export async function openAnnotators(config: Config, surroundings: Surroundings): Promise<OpenedAnnotators> {
  needTrusted(config)
  const opened = await Promise.all(config.annotators.map((annotator) => open(annotator, config, surroundings)))
  return {
    annotators: opened.map(({ annotator }) => annotator),
    quarantined: opened.flatMap(({ quarantined }) => quarantined ?? []),
    models: new Map(opened.flatMap(({ annotator, measured }) => (measured ? [[annotator.id, measured] as const] : []))),
  }
}

interface Opened {
  readonly annotator: Annotator
  readonly quarantined?: readonly Quarantined[]
  readonly measured?: MeasurableModel
}

async function open(said: AnnotatorConfig, config: Config, surroundings: Surroundings): Promise<Opened> {
  const { taxonomy } = surroundings
  const questions = [{ kind: 'classify', level: fineLevel(taxonomy).name }] as const
  switch (said.kind) {
    case 'human':
      return { annotator: makeHuman({ ...said, questions }) }
    case 'oracle': {
      const column = columnOf(said, config.labels, surroundings.labelColumns)
      return { annotator: makeOracle({ ...said, labels: column, questions, taxonomy, seed: surroundings.seed }) }
    }
    case 'recorded': {
      const level = levelOf(said, taxonomy).name
      const read = await readRecorded(said.answers, { ...said, ...surroundings, level })
      return { annotator: read.annotator, quarantined: [...read.quarantined, ...read.unknownItems] }
    }
    case 'vlm': {
      const level = levelOf(said, taxonomy).name
      return openVlm({ ...said, level }, config, surroundings)
    }
    case 'zero-shot': {
      const { paths, clock, env, items } = surroundings
      const { templates, dtype, ...rest } = said
      const annotator = await openZeroShot({
        ...rest,
        taxonomy,
        clock,
        level: levelOf(said, taxonomy).name,
        cacheDir: paths.models,
        itemKind: items[0]?.source.kind === 'text' ? 'text' : 'image',
        hub: env['HF_ENDPOINT'],
        token: env['HF_TOKEN'],
        ...(templates && { templates }),
        ...(dtype && { dtype }),
      })
      return { annotator }
    }
  }
}

/** The level that an annotator answers at. @throws {@link LabelwrightError} `bad-config` where the tree does not have it. */
export function levelOf({ id, level }: { id: string; level: string | null }, taxonomy: Taxonomy): TaxonomyLevel {
  const found = level === null ? fineLevel(taxonomy) : taxonomy.levels.find(({ name }) => name === level)
  if (found) return found
  const names = taxonomy.levels.map(({ name }) => name).join(', ')
  throw badAnnotator(
    id,
    `has level: ${level}, which the class tree does not have.`,
    `Its levels are: ${names}. Name one of them, or leave "level:" out for the finest.`,
  )
}

/** The label column that an oracle answers from. @throws {@link LabelwrightError} `bad-config` where the dataset does not have it. */
export function columnOf({ id, labels }: OracleConfig, roles: Config['labels'], columns: readonly string[]): string {
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

function isTrusted(annotator: AnnotatorConfig): boolean {
  return 'trusted' in annotator && annotator.trusted
}

/** @throws {@link LabelwrightError} `no-trusted-annotator` where nobody's answers count as the truth. */
export function needTrusted({ annotators }: Config): void {
  if (annotators.some(isTrusted)) return
  throw new LabelwrightError(
    'no-trusted-annotator',
    `None of the annotators (${annotators.map(({ id }) => id).join(', ')}) is trusted, so nobody could say how often the others err.`,
    'Add a person, e.g. { id: anna, kind: human, hourly: 30 }, or mark a human or an oracle with trusted: true.',
  )
}
