import { openCache } from '../annotators/vlm/cache.ts'
import type { Campaign } from '../campaign/campaign.ts'
import type { Clock } from '../core/clock.ts'
import { LabelwrightError } from '../core/error.ts'
import type { Item, Quarantined } from '../core/item.ts'
import { formatMoney } from '../core/money.ts'
import { expectedCost } from '../core/price.ts'
import { makeRng } from '../core/rng.ts'
import { classIndex, fineLevel, type Taxonomy } from '../core/taxonomy.ts'
import { encodeCached } from '../encoders/cached-features.ts'
import { openEncoder } from '../encoders/open-encoder.ts'
import { readDataset, type Dataset } from '../formats/dataset.ts'
import { dealFolds } from '../learners/out-of-fold.ts'
import { prepareFeatures } from '../learners/prepare-features.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Config, VlmConfig } from './config.ts'
import type { MeasurableModel } from './estimate-model.ts'
import { makeGates } from './gates.ts'
import { openAnnotators } from './open-annotators.ts'
import { openVlm, type ModelSurroundings, type OpenedVlm } from './open-vlm.ts'
import { projectPaths, type ProjectPaths } from './paths.ts'
import { openTaxonomy, type Env } from './read-config.ts'

/** A project folder, opened: its campaign ready to run, and what stands beside it. */
export interface Project {
  readonly config: Config
  readonly paths: ProjectPaths
  readonly campaign: Campaign
  /** Known class of each item, shape `[n]`, -1 where unknown; null where the project names no such column. */
  readonly truth: Int32Array | null
  readonly quarantined: readonly Quarantined[]
  /** The models among its annotators, by their ids: what their questions take, before they are asked. */
  readonly models: ReadonlyMap<string, MeasurableModel>
  /** Makes a model that is configured otherwise, beside those that the project names. */
  openVlm(said: VlmConfig): Promise<OpenedVlm>
  close(): Promise<void>
}

export interface OpenOptions {
  readonly clock: Clock
  readonly env: Env
  /** Told how many of the items have been turned into vectors. */
  readonly onEncoded?: (done: number, total: number) => void
  /** Told how far a provider is with a batch. */
  readonly onBatch?: ModelSurroundings['onBatch']
}

/**
 * Opens everything that `labelwright.yaml` names. Features are computed once and kept; nobody is asked anything yet.
 *
 * @throws {@link LabelwrightError} of the readers of datasets, classes and answers, of the encoder and the store; `budget-too-small`.
 */
export async function openProject(config: Config, { clock, env, onEncoded, onBatch }: OpenOptions): Promise<Project> {
  const paths = projectPaths(config.dir)
  const taxonomy = await openTaxonomy(config.classes)
  const dataset = await readDataset(config.dataset)
  const replies = await openCache(paths.cache)
  const rng = makeRng(config.seed, 'retries')
  const surroundings = {
    taxonomy,
    items: dataset.items,
    itemIds: new Set(dataset.items.map(({ id }) => id)),
    labelColumns: dataset.labelColumns,
    paths,
    replies,
    gateOf: makeGates(config.annotators, { clock, rng }),
    seed: config.seed,
    clock,
    rng,
    env,
    ...(onBatch && { onBatch }),
  }
  const opened = await openAnnotators(config, surroundings)
  checkBudget(config, taxonomy, opened.annotators)
  const { items, features, undecodable } = await encode(config, dataset, { paths, onEncoded })
  const folds = dealFolds(items.length, makeRng(config.seed, 'folds'))
  const store = await openSqliteStore(paths.ledger)
  return {
    config,
    paths,
    campaign: {
      store,
      items,
      taxonomy,
      pool: { features, folds, k: taxonomy.k },
      annotators: opened.annotators,
      plan: {
        strategy: config.strategy,
        budget: config.budget ?? Infinity,
        target: config.target,
        start: config.start,
        auditItems: config.audit === false ? 0 : (config.audit.items ?? Infinity),
        rounds: config.rounds ?? Infinity,
        seed: config.seed,
      },
    },
    truth: knownClasses(config, dataset, items, taxonomy),
    quarantined: [...dataset.quarantined, ...undecodable, ...opened.quarantined],
    models: opened.models,
    openVlm: (said) => openVlm(said, config, surroundings),
    close: async () => {
      replies.close()
      await store.close()
    },
  }
}

async function encode(
  config: Config,
  { items, root }: Dataset,
  { paths, onEncoded }: { readonly paths: ProjectPaths; readonly onEncoded: OpenOptions['onEncoded'] },
) {
  const kind = items[0]?.source.kind === 'text' ? 'text' : 'image'
  const encoder = await openEncoder(config.encoder, config.dir, kind)
  const encoded = await encodeCached(encoder, items, paths.features, (done) => onEncoded?.(done, items.length))
  if (encoded.kept.length === 0) {
    throw new LabelwrightError(
      'nothing-to-label',
      `None of the ${items.length} items of ${root} can be read; the first: ${encoded.quarantined[0]?.why ?? 'unknown'}.`,
      'Check that the files are pictures.',
    )
  }
  return {
    items: Array.from(encoded.kept, (i) => items[i]!),
    features: await prepareFeatures(encoded.features, makeRng(config.seed, 'features')),
    undecodable: encoded.quarantined,
  }
}

function knownClasses(
  { labels }: Config,
  dataset: Dataset,
  items: readonly Item[],
  taxonomy: Taxonomy,
): Int32Array | null {
  const { truth } = labels
  if (truth === null) return null
  if (!dataset.labelColumns.includes(truth)) {
    throw new LabelwrightError(
      'unknown-column',
      `The dataset has no column "${truth}", which labels.truth names.`,
      `Its label columns are: ${dataset.labelColumns.join(', ') || 'none'}.`,
    )
  }
  const indexOf = classIndex(fineLevel(taxonomy))
  return Int32Array.from(items, (item) => indexOf(item.labels[truth] ?? ''))
}

function checkBudget({ budget, currency }: Config, taxonomy: Taxonomy, annotators: Campaign['annotators']): void {
  if (budget === null) return
  const question = { kind: 'classify', level: fineLevel(taxonomy).name } as const
  const least = Math.min(
    ...annotators.filter(({ trusted }) => trusted).map(({ price }) => expectedCost(price, question)),
  )
  if (budget >= least) return
  throw new LabelwrightError(
    'budget-too-small',
    `The budget of ${formatMoney(budget, currency)} does not pay for one answer of a person, ${formatMoney(least, currency)}.`,
    'Raise the budget in labelwright.yaml, or with --budget.',
  )
}
