const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const duties = new Set<() => void>()

/**
 * Does something at once when this process ends, the latest first: by itself, or by a signal. Where others listen to the signal, they decide
 * whether it ends the process.
 *
 * @param duty - Synchronous; what it throws is lost.
 * @returns Calls it off.
 */
export function atProcessEnd(duty: () => void): () => void {
  if (duties.size === 0) {
    process.on('exit', doAll)
    for (const name of deadly) process.on(name, dieOf)
  }
  duties.add(duty)
  return () => {
    if (duties.delete(duty) && duties.size === 0) stopListening()
  }
}

function doAll(): void {
  for (const duty of [...duties].toReversed()) {
    try {
      duty()
    } catch {
      // The other duties are to be done all the same.
    }
  }
}

/** A signal ends a process without the event `exit`, and no longer at all once somebody listens to it. */
function dieOf(name: NodeJS.Signals): void {
  if (process.listenerCount(name) > 1) return
  doAll()
  stopListening()
  process.kill(process.pid, name)
}

function stopListening(): void {
  process.off('exit', doAll)
  for (const name of deadly) process.off(name, dieOf)
}
