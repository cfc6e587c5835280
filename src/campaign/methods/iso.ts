import type { IsoOptions } from './options.ts'
import type { Method } from './method.ts'
import { rankingMethod } from './ranking.ts'

/** Placeholder until it is built. */
export function isoMethod(_options: IsoOptions = {}): Method {
  return rankingMethod('margin')
}
