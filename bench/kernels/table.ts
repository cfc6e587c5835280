import { availableParallelism } from 'node:os'
import type { Measurement } from './child.ts'
import { median } from './median.ts'
import type { PeerResult } from './run-peer.ts'
import type { Aim, KernelTask } from './task.ts'
import { fastestPeer, judge, secondsOf } from './verdict.ts'

/** One task as measured, or why it was not. */
export type Outcome = {
  readonly task: KernelTask
} & (
  | { readonly kind: 'measured'; readonly ours: Measurement; readonly peers: readonly PeerResult[] }
  | { readonly kind: 'skipped' | 'failed'; readonly why: string }
)

const header = [
  'task',
  'size',
  'aim',
  'our time (first run)',
  'peak memory (above input)',
  'peer',
  "peer's time",
  'ratio',
  'verdict',
]

/** The cells of the table, header first. */
export function cellsOf(outcomes: readonly Outcome[]): string[][] {
  return [header, ...outcomes.map((outcome) => rowOf(outcome))]
}

/** Markdown with aligned columns. */
export function renderTable(cells: readonly (readonly string[])[]): string {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)))
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`)
  return [lines[0], `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines.slice(1)].join('\n')
}

/** What a reader has to know about the columns. */
export const foot: string = `Our time is the median of 3 to 5 runs after a first one, which is shown beside it and includes compiling
(JavaScript and kernels). Every task runs in a process of its own and reads its input before the clock starts; memory is resident memory at its
peak, over all runs. Peers are timed in the same way, on the same input, with ${availableParallelism()} threads. The ratio is our time to the fastest peer's: below 1
we are faster.

† Not installed here: measured earlier on the same kind of machine.`

function rowOf(outcome: Outcome): string[] {
  const { task } = outcome
  const start = [task.name, task.size, aimText(task.aim)]
  if (outcome.kind !== 'measured') return [...start, '', '', '', '', '', `${outcome.kind}: ${outcome.why}`]
  const { ours, peers } = outcome
  const peer = fastestPeer(peers, task.aim)
  const ratio = median(ours.seconds) / secondsOf(peer)
  return [
    ...start,
    `${seconds(median(ours.seconds))} (${seconds(ours.coldSeconds)})`,
    `${megabytes(ours.peakBytes)} (${megabytes(ours.aboveInputBytes)})`,
    peer ? nameOf(peer) : 'none',
    peer ? timeOf(peer) : '',
    ratio > 0 ? ratio.toPrecision(2) : '',
    verdictText(outcome),
  ]
}

function aimText(aim: Aim | undefined): string {
  if (!aim) return 'none'
  return [
    aim.seconds === undefined ? '' : `≤ ${aim.seconds} s`,
    aim.peerTime === undefined ? '' : `≤ ${aim.peerTime.toFixed(2)} × peer's time`,
    aim.loss === undefined ? '' : `at peer's loss + ${aim.loss}`,
    aim.megabytes === undefined ? '' : `≤ ${aim.megabytes} MB`,
    aim.megabytesAboveInput === undefined ? '' : `≤ input + ${aim.megabytesAboveInput} MB`,
  ]
    .filter(Boolean)
    .join(', ')
}

function nameOf(peer: PeerResult): string {
  return peer.kind === 'measured' ? `${peer.name} ${peer.version}` : peer.name
}

function timeOf(peer: PeerResult): string {
  if (peer.kind === 'absent') return peer.why
  const time = Number.isFinite(peer.seconds) ? seconds(peer.seconds) : 'did not finish'
  return peer.kind === 'recorded' ? `${time} †` : time
}

function verdictText({ task, ours, peers }: Outcome & { readonly kind: 'measured' }): string {
  const { kind, missed } = judge(task.aim, ours, peers)
  const notes = [kind === 'missed' ? `missed: ${missed.join(', ')}` : kind]
  if (kind === 'missed' && task.whyMissed) notes.push(task.whyMissed)
  if (task.rate) {
    const rates = [median(ours.seconds), secondsOf(peers[0])].map((time) => (task.rate!.count / time).toFixed(0))
    notes.push(`${rates.join(' to ')} ${task.rate.unit}`)
  }
  if (task.quality) {
    const others = peers.filter((peer) => peer.kind === 'measured')
    notes.push(
      `${task.quality} ${digits(ours.quality)}`,
      ...others.map((peer) => `${peer.name} ${digits(peer.quality)} in ${seconds(peer.seconds)}`),
    )
  }
  return notes.join('; ')
}

function digits(value: number | undefined): string {
  return value === undefined ? '?' : value.toPrecision(6)
}

function seconds(value: number): string {
  return `${value < 100 ? value.toPrecision(3) : value.toFixed(0)} s`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
