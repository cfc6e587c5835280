import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { z } from 'zod'
import { fileError } from '../../files/file-error.ts'
import type { Exchange } from './exchange.ts'
import { isRejection } from './rejection.ts'

/** What models said, by the key of what they were asked. */
export interface Recording {
  /** Number of replies. */
  size(): number
  read(key: string): Exchange | undefined
  close(): void
}

/** A recording over open files, to which more may be added. */
export interface OpenRecording extends Recording {
  readonly files: number[]
  readonly places: Map<string, Place>
}

/** Where a line stands in an open file. */
interface Place {
  readonly file: number
  readonly start: number
  readonly bytes: number
}

const count = z.number().nonnegative()
const tokenSchema = z.object({ token: z.string(), logprob: z.number() })
const lineSchema = z.object({
  key: z.string(),
  text: z.string(),
  finishReason: z.string(),
  usage: z
    .object({ input: count, cachedInput: count.exactOptional(), output: count, reportedCost: count.exactOptional() })
    .nullable(),
  seconds: count,
  logprobs: z.array(tokenSchema.extend({ top: z.array(tokenSchema) })).exactOptional(),
  lostTries: count.exactOptional(),
})

/**
 * Opens files of replies (JSON lines) to read from.
 *
 * A line is `{"key":…,"text":…,"finishReason":…,"usage":{"input":…,"output":…},"seconds":…}` with the fields of {@link Exchange}: what the
 * model said and what it took; no question, no picture, no address, no API key. The key is the SHA-256 of what was asked. Such files can be
 * published with an experiment, and joined with `cat`. A line that holds no reply, like one that was cut off, is as if it were not there;
 * unknown fields are left out.
 *
 * @throws {@link LabelwrightError} `file-not-found` or `unreadable-file`.
 */
export async function openRecording(...paths: readonly string[]): Promise<OpenRecording> {
  const places = new Map<string, Place>()
  const files: number[] = []
  const close = (): void => {
    for (const file of files.splice(0)) closeSync(file)
  }
  for (const path of paths) {
    try {
      const file = openSync(path, 'r')
      files.push(file)
      await notePlaces(file, places)
    } catch (thrown) {
      close()
      throw fileError(path, thrown)
    }
  }
  return { files, places, size: () => places.size, read: (key) => readPlace(places.get(key)), close }
}

/** Where the replies stand is kept rather than the replies: there may be gigabytes of them. */
async function notePlaces(file: number, places: Map<string, Place>): Promise<void> {
  const note = (line: Buffer, start: number): void => {
    const said = parseLine(line)
    // Files are in no order of time: whatever comes first, a reply is not hidden by a rejection of the same message.
    if (!said || (places.has(said.key) && isRejection(said.exchange))) return
    places.set(said.key, { file, start, bytes: line.length })
  }
  let rest: Buffer = Buffer.alloc(0)
  let start = 0
  const chunks = createReadStream('', { fd: file, autoClose: false, start: 0, highWaterMark: 2 ** 20 })
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk])
    let from = 0
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      note(rest.subarray(from, end), start + from)
      from = end + 1
    }
    start += from
    rest = rest.subarray(from)
  }
  note(rest, start)
}

function readPlace(place: Place | undefined): Exchange | undefined {
  if (!place) return undefined
  const line = Buffer.allocUnsafe(place.bytes)
  readSync(place.file, line, 0, place.bytes, place.start)
  return parseLine(line)?.exchange
}

function parseLine(line: Buffer): { readonly key: string; readonly exchange: Exchange } | undefined {
  try {
    const { key, ...exchange } = lineSchema.parse(JSON.parse(line.toString()))
    return { key, exchange }
  } catch {
    return undefined
  }
}
