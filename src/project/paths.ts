import { join } from 'node:path'

/** Where a project keeps what. */
export interface ProjectPaths {
  readonly ledger: string
  readonly features: string
  readonly cache: string
  readonly rounds: string
  readonly lock: string
  readonly peopleAlone: string
  readonly report: string
}

export function projectPaths(dir: string): ProjectPaths {
  const state = join(dir, '.labelwright')
  return {
    ledger: join(state, 'ledger.sqlite'),
    features: join(state, 'features'),
    cache: join(state, 'cache'),
    rounds: join(state, 'rounds'),
    lock: join(state, 'label.lock'),
    peopleAlone: join(state, 'people-alone.json'),
    report: join(dir, 'report.html'),
  }
}
