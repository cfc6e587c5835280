import type { SimulatedCurve } from '../../campaign/simulation/curve.ts'
import type { Run } from './run.ts'
import type { World } from './world.ts'

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
