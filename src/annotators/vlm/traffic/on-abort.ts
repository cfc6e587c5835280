const groups = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls `act` when the signal is aborted; what is returned calls that off. A signal gets one listener, however many wait for it: Node looks
 * through all of a signal's listeners before it adds one, which takes minutes for 100,000 of them.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  let group = groups.get(signal)
  if (!group) {
    const acts = (group = new Set())
    groups.set(signal, acts)
    signal.addEventListener('abort', () => acts.forEach((each) => each()), { once: true })
  }
  group.add(act)
  return () => group.delete(act)
}
