import { openCache } from '../annotators/vlm/cache.ts'
import type { Campaign } from '../campaign/campaign.ts'
import type { Clock } from '../core/clock.ts'
import type { Quarantined } from '../core/item.ts'
import { makeRng } from '../core/rng.ts'
import { readDataset } from '../formats/dataset.ts'
import { dealFolds } from '../learners/out-of-fold.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { checkBudget, leastPrice } from './check-budget.ts'
import type { Config, VlmConfig } from './config.ts'
import { encodeItems, type OnEncoded } from './encode-items.ts'
import { findOpenData } from './find-open-data.ts'
import type { MeasurableModel } from './estimate-model.ts'
import { makeGates } from './gates.ts'
import { labelledClasses } from './labelled-classes.ts'
import { openAnnotators } from './open-annotators.ts'
import { openLearner } from './open-learner.ts'
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
  readonly onEncoded?: OnEncoded
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
  const learner = openLearner(config, taxonomy)
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
  if (config.budget !== null) checkBudget(config.budget, leastPrice(opened.annotators, taxonomy), config.currency)
  const found = config.open && (await findOpenData(config.open, taxonomy, paths.open))
  const { items, features, open, undecodable } = await encodeItems(config, dataset, onEncoded, found)
  const folds = dealFolds(items.length, makeRng(config.seed, 'folds'))
  const store = await openSqliteStore(paths.ledger)
  return {
    config,
    paths,
    campaign: {
      store,
      items,
      taxonomy,
      pool: { features, folds, k: taxonomy.k, ...(open && { open }) },
      annotators: opened.annotators,
      ...(learner && { learner }),
      plan: {
        strategy: config.strategy,
        iso: config.iso,
        prior: config.prior,
        ...(config.batch && { batch: config.batch }),
        budget: config.budget ?? Infinity,
        target: config.target,
        start: config.start,
        auditItems: config.audit === false ? 0 : (config.audit.items ?? Infinity),
        rounds: config.rounds ?? Infinity,
        seed: config.seed,
      },
    },
    truth: config.labels.truth === null ? null : labelledClasses('truth', { config, dataset, items, taxonomy }),
    quarantined: [...dataset.quarantined, ...undecodable, ...opened.quarantined],
    models: opened.models,
    openVlm: (said) => openVlm(said, config, surroundings),
    close: async () => {
      replies.close()
      await store.close()
    },
  }
}
