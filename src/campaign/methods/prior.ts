import type { PriorOptions } from './options.ts'
import type { Method } from './method.ts'
import { rankingMethod } from './ranking.ts'

/** Placeholder until it is built. */
export function priorMethod(_options: PriorOptions = {}): Method {
  return rankingMethod('margin')
}
