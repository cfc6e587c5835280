import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '../../src/core/error.ts'
import { runJson } from './run-json.ts'
import type { Peer } from './task.ts'

/** How a peer did. */
export type PeerResult =
  | {
      readonly kind: 'measured'
      readonly name: string
      readonly version: string
      readonly seconds: number
      readonly quality?: number
    }
  /** Measured earlier, since it is not installed here. */
  | { readonly kind: 'recorded'; readonly name: string; readonly seconds: number }
  | { readonly kind: 'absent'; readonly name: string; readonly why: string }

type Report = { readonly missing: string } | Omit<PeerResult & { kind: 'measured' }, 'kind' | 'name'>

const python = process.env['LABELWRIGHT_PEERS_PYTHON'] ?? 'python3'
const threads = String(availableParallelism())
const environment = {
  OMP_NUM_THREADS: threads,
  MKL_NUM_THREADS: threads,
  OPENBLAS_NUM_THREADS: threads,
  PYTHONDONTWRITEBYTECODE: '1',
}

/** Times a peer on the input in `folder` with as many threads as we have; nothing is installed for it. */
export async function runPeer(peer: Peer, folder: string, runs: number): Promise<PeerResult> {
  const { name, recordedSeconds } = peer
  const script = join(import.meta.dirname, '../peers', peer.script)
  try {
    const report = (await runJson(
      python,
      [script, folder, String(runs), ...(peer.detail ? [peer.detail] : [])],
      environment,
    )) as Report
    if (!('missing' in report)) return { kind: 'measured', name, ...report }
  } catch (thrown) {
    const isMissing = (thrown as NodeJS.ErrnoException).code === 'ENOENT'
    if (!isMissing) return { kind: 'absent', name, why: `failed: ${messageOf(thrown)}` }
  }
  return recordedSeconds === undefined
    ? { kind: 'absent', name, why: 'not installed' }
    : { kind: 'recorded', name, seconds: recordedSeconds }
}
