import { loadTasks } from './tasks.ts'
import type { Opened } from './task.ts'

// Runs in a process of its own, so that peak memory is the task's own: writes a task's input, or measures the task.
// Usage: node --expose-gc bench/kernels/child.ts write|measure <task> <folder> <shrink> <runs>

/** What measuring one task prints, as JSON. */
export interface Measurement {
  /** Of the first run. */
  readonly coldSeconds: number
  /** Of each run after the first. */
  readonly seconds: readonly number[]
  /** Resident memory at its highest. */
  readonly peakBytes: number
  /** The peak without what was resident before the first run. */
  readonly aboveInputBytes: number
  readonly quality?: number
}

const [step, name, folder, shrink, runs] = process.argv.slice(2) as [string, string, string, string, string]
const { tasks } = await loadTasks(Number(shrink))
const task = tasks.find((one) => one.name === name)
if (!task) throw new Error(`There is no task ${name}`)
if (step === 'write') {
  await task.input.write(folder)
} else {
  console.log(JSON.stringify(await measure(await task.open(folder), Number(runs))))
}

async function measure(opened: Opened, runs: number): Promise<Measurement> {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  const coldSeconds = await time(opened)
  const seconds: number[] = []
  while (seconds.length < (runs || usualRuns(coldSeconds))) seconds.push(await time(opened))
  const peakBytes = 1024 * process.resourceUsage().maxRSS
  const measured = { coldSeconds, seconds, peakBytes, aboveInputBytes: Math.max(0, peakBytes - before) }
  return opened.quality ? { ...measured, quality: await opened.quality() } : measured
}

/** What an earlier run left behind is collected first: it is not this run's to hold or to clear. */
async function time(opened: Opened): Promise<number> {
  globalThis.gc?.()
  const start = performance.now()
  await opened.run()
  return (performance.now() - start) / 1000
}

function usualRuns(coldSeconds: number): number {
  return coldSeconds < 2 ? 5 : 3
}
