import { setFlagsFromString } from 'node:v8'

/**
 * Has the collector run when the heap has grown by a fifth since the last time. Left to itself, V8 lets it grow to several times its size: a
 * campaign's process to 550 MB instead of 380, all of it garbage. That costs about a fifth of the processor's time (`npm run bench:vlm`). Where a later V8 does not know the flag, nothing happens.
 */
export function keepHeapModest(): void {
  setFlagsFromString('--heap-growing-percent=20')
}
