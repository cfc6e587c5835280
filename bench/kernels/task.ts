/** Seeded data, written once into a folder, from which we and the peers read before the clock starts. */
export interface Input {
  /** Tasks with the same input share its folder. */
  readonly name: string
  /** Why it cannot be had here, e.g. for lack of disk; null where nothing is in the way. */
  obstacle?(folder: string): Promise<string | null>
  write(folder: string): Promise<void>
}

/** The most that a task may take. Megabytes are 10^6 bytes. */
export interface Aim {
  readonly seconds?: number
  /** In times of the peer's time. */
  readonly peerTime?: number
  readonly megabytes?: number
  /** Beside what is in memory before the first run. */
  readonly megabytesAboveInput?: number
  /** Above the loss that the first peer reached. */
  readonly loss?: number
}

/** Another library's way to do the same. */
export interface Peer {
  readonly name: string
  /** In `bench/peers`, and what it is told beside folder and number of runs. */
  readonly script: string
  readonly detail?: string
  /** Measured earlier on the same kind of machine, shown where the library is not installed; `Infinity` where it did not finish. */
  readonly recordedSeconds?: number | undefined
}

/** A task with its input in memory. */
export interface Opened {
  /** What is timed. */
  run(): unknown
  /** How good the last run's result is, e.g. its loss. */
  quality?(): Promise<number>
}

export interface KernelTask {
  readonly name: string
  readonly size: string
  readonly aim?: Aim | undefined
  /** What profiling found where the aim is missed. */
  readonly whyMissed?: string
  readonly input: Input
  readonly peers: readonly Peer[]
  /** What `quality` is called. */
  readonly quality?: 'loss' | 'inertia'
  /** What is done how often in one run, where a rate says more than a time. */
  readonly rate?: { readonly count: number; readonly unit: string }
  /** Reads the input. */
  open(folder: string): Promise<Opened>
}

/** `50,000 x 512` and the like. */
export function sizeOf(...sizes: readonly number[]): string {
  return sizes.map((size) => size.toLocaleString('en')).join(' × ')
}

/** The task as it is at a smaller size than usual: neither its aim nor times that were recorded earlier say anything about it. */
export function withoutLimits(task: KernelTask): KernelTask {
  return { ...task, aim: undefined, peers: task.peers.map((peer) => ({ ...peer, recordedSeconds: undefined })) }
}
