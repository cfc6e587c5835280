import type { SimulatedCurve } from '../../campaign/simulation/curve.ts'
import { LabelwrightError } from '../../core/error.ts'
import { useThreads } from '../../tensor/kernel.ts'
import { playRun, type Run } from './run.ts'
import type { World } from './world.ts'

// The program of a process that plays runs, one after the other, as the process that started it tells it. It touches neither the project nor the network.

/** What a process that plays runs is told: first the world, then one run after the other. */
export type ToWorker = { readonly kind: 'world'; readonly world: World } | { readonly kind: 'run'; readonly run: Run }

/** What it says: after each turn of the campaign, and at its end. */
export type ToParent =
  | { readonly kind: 'turn'; readonly spent: number }
  | { readonly kind: 'done'; readonly curve: SimulatedCurve }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** An error on its way between processes. */
export type Failure =
  | { readonly kind: 'foreseen'; readonly code: string; readonly problem: string; readonly fix: string }
  | { readonly kind: 'unforeseen'; readonly trace: string }

// The machine is shared with other workers; and one thread gives the same bits however many there are.
useThreads(1)

// The parent hears Ctrl-C as well, and says what happens then. Without it there is nothing left to do.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit())

let world: World
process.on('message', (message: ToWorker) => {
  if (message.kind === 'world') world = message.world
  else void play(message)
})

async function play({ run }: Extract<ToWorker, { kind: 'run' }>): Promise<void> {
  try {
    tell({ kind: 'done', curve: await playRun(world, run, ({ spent }) => tell({ kind: 'turn', spent })) })
  } catch (thrown) {
    tell({ kind: 'failed', failure: failureOf(thrown) })
  }
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof LabelwrightError) {
    const { code, problem, fix } = thrown
    return { kind: 'foreseen', code, problem, fix }
  }
  return { kind: 'unforeseen', trace: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) }
}

function tell(message: ToParent): void {
  process.send!(message)
}
