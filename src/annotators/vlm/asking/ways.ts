import { batched } from './batched.ts'
import { binary } from './binary.ts'
import { coarseToFine } from './coarse-to-fine.ts'
import { describe } from './describe.ts'
import { direct } from './direct.ts'
import { verify } from './verify.ts'
import type { Way } from './way.ts'

/** Names a way of asking, as in the configuration's `prompt:`. */
export type WayName = 'direct' | 'batched' | 'binary' | 'describe' | 'verify' | 'coarse-to-fine'

/** Every way of asking, by name. */
export const ways: Readonly<Record<WayName, Way>> = {
  direct,
  batched,
  binary,
  describe,
  verify,
  'coarse-to-fine': coarseToFine,
}

/** One line about each way, for people who choose one. */
export const wayWords: Readonly<Record<WayName, string>> = {
  direct: 'all classes in one message; best up to some 20 classes',
  batched: 'chunks of classes, then one choice among those named; for long lists',
  binary: 'one yes-or-no message per class; misses the fewest labels, costs the most',
  describe: 'one message; the reply describes and reasons before it names the class; for hard items',
  verify: 'one message: is this label right?',
  'coarse-to-fine': 'one choice per level of the class tree, from the top down',
}

/** In the order of {@link ways}. */
export const wayNames: readonly WayName[] = Object.keys(ways) as WayName[]
