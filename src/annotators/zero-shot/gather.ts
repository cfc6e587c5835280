/**
 * Turns a function of batches into one of single inputs: while a batch is under way, what comes in waits and makes up the next one.
 *
 * @param run - Gives one output per input, in order; what it throws reaches every input of its batch.
 * @param most - The largest batch.
 */
export function gather<In, Out>(
  run: (batch: readonly In[]) => Promise<readonly Out[]>,
  most: number,
): (input: In) => Promise<Out> {
  const waiting: { input: In; resolve: (output: Out) => void; reject: (reason: unknown) => void }[] = []
  let running = false

  const drain = async (): Promise<void> => {
    running = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most)
      await run(batch.map(({ input }) => input)).then(
        (outputs) => batch.forEach(({ resolve }, i) => resolve(outputs[i]!)),
        (thrown: unknown) => batch.forEach(({ reject }) => reject(thrown)),
      )
    }
    running = false
  }
  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject })
      if (!running) void drain()
    })
}
