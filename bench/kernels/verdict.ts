import type { Measurement } from './child.ts'
import { median } from './median.ts'
import type { PeerResult } from './run-peer.ts'
import type { Aim } from './task.ts'

/** Whether an aim is reached, and what says that it is not; `open` where the peer that it is measured by is not there. */
export interface Verdict {
  readonly kind: 'ok' | 'missed' | 'open' | 'no aim'
  readonly missed: readonly string[]
}

/** The fastest peer that counts: where the aim names a loss, it has to reach the first peer's, too. */
export function fastestPeer(results: readonly PeerResult[], aim: Aim | undefined): PeerResult | undefined {
  const [first] = results
  const limit = aim?.loss === undefined || first?.kind !== 'measured' ? Infinity : (first.quality ?? NaN) + aim.loss
  const counting = results.filter((peer) => peer.kind === 'recorded' || reaches(peer, limit))
  return counting.reduce((best, peer) => (secondsOf(peer) < secondsOf(best) ? peer : best), counting[0] ?? first)
}

function reaches(peer: PeerResult, limit: number): boolean {
  return peer.kind === 'measured' && (limit === Infinity || (peer.quality ?? NaN) <= limit)
}

/** NaN where it was not measured, here or earlier. */
export function secondsOf(peer: PeerResult | undefined): number {
  return peer === undefined || peer.kind === 'absent' ? NaN : peer.seconds
}

/** Compares what was measured with the aim. */
export function judge(aim: Aim | undefined, ours: Measurement, peers: readonly PeerResult[]): Verdict {
  if (!aim) return { kind: 'no aim', missed: [] }
  const [first] = peers
  const limits = [
    { what: 'time', is: median(ours.seconds), atMost: aim.seconds },
    { what: 'memory', is: ours.peakBytes / 1e6, atMost: aim.megabytes },
    { what: 'memory above input', is: ours.aboveInputBytes / 1e6, atMost: aim.megabytesAboveInput },
    { what: "peer's time", is: median(ours.seconds) / secondsOf(fastestPeer(peers, aim)), atMost: aim.peerTime },
    {
      what: "peer's loss",
      is: (ours.quality ?? NaN) - (first?.kind === 'measured' ? (first.quality ?? NaN) : NaN),
      atMost: aim.loss,
    },
  ].filter(({ atMost }) => atMost !== undefined)
  const missed = limits.filter(({ is, atMost }) => is > atMost!).map(({ what }) => what)
  if (missed.length) return { kind: 'missed', missed }
  return { kind: limits.every(({ is, atMost }) => is <= atMost!) ? 'ok' : 'open', missed }
}
