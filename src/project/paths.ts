import { join } from 'node:path'

/** Where a project keeps what. */
export interface ProjectPaths {
  readonly ledger: string
  readonly features: string
  /** Replies of models. */
  readonly cache: string
  /** Batches that models are working on. */
  readonly batches: string
  /** What was found in open data. */
  readonly open: string
  /** Models from a hub. */
  readonly models: string
  readonly rounds: string
  readonly lock: string
  readonly peopleAlone: string
  /** Finished runs of simulations. */
  readonly simulations: string
  readonly report: string
}

export function projectPaths(dir: string): ProjectPaths {
  const state = join(dir, '.labelwright')
  return {
    ledger: join(state, 'ledger.sqlite'),
    features: join(state, 'features'),
    cache: join(state, 'cache'),
    batches: join(state, 'batches'),
    open: join(state, 'open'),
    models: join(state, 'models'),
    rounds: join(state, 'rounds'),
    lock: join(state, 'label.lock'),
    peopleAlone: join(state, 'people-alone.json'),
    simulations: join(state, 'simulations'),
    report: join(dir, 'report.html'),
  }
}
