// Enough to keep two to four cores busy, little enough to keep memory flat.
const inFlight = 4

/**
 * Runs a drawing job for each of `0..count-1`, a few at once, begun in order.
 *
 * @param onProgress - Called with the number of jobs done so far.
 */
export async function drawMany(
  count: number,
  job: (index: number) => Promise<void>,
  onProgress?: (done: number) => void,
): Promise<void> {
  let [next, done] = [0, 0]
  const work = async (): Promise<void> => {
    while (next < count) {
      await job(next++)
      onProgress?.(++done)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
}
