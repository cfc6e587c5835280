import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { LabelwrightError } from '../core/error.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { floatBytes, mostRows, openNumbers, readExactly, readFloats } from './float-file.ts'
import type { FloatType } from './float-file.ts'
import { narrowToHalves } from './half-float.ts'
import { matrix } from './matrix.ts'
import type { Matrix } from './matrix.ts'

/** The bound of the reference implementation. */
const maxHeaderBytes = 100_000_000
const metadataKey = '__metadata__'

/** Named matrices, and texts about them. */
export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, Matrix>>
  readonly metadata: Readonly<Record<string, string>>
}

const floatTypes = { F16: 'float16', BF16: 'bfloat16', F32: 'float32', F64: 'float64' } as const

const wholeNumber = z.int().nonnegative()
const tensorEntry = z.object({
  dtype: z.enum(['F16', 'BF16', 'F32', 'F64'], 'only tensors of type F16, BF16, F32 and F64 are read'),
  shape: z.array(wholeNumber.max(mostRows)).min(1).max(2, 'only vectors and matrices are read'),
  data_offsets: z.tuple([wholeNumber, wholeNumber]),
})
const metadataEntry = z.record(z.string(), z.string())

/**
 * Writes matrices as 2-D tensors, ordered by name: equal content gives equal bytes.
 *
 * @param options.dtype - `float16` (`F16`) halves the file and keeps 3 digits of numbers up to 65504. Default `float32` (`F32`).
 * @throws {@link LabelwrightError} `cannot-write`, or `bad-safetensors` for a tensor called `__metadata__`.
 * @see https://github.com/huggingface/safetensors
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, Matrix>>,
  metadata: Readonly<Record<string, string>> = {},
  { dtype = 'float32' }: { readonly dtype?: 'float16' | 'float32' } = {},
): Promise<void> {
  if (Object.hasOwn(tensors, metadataKey)) throw badSafetensors(path, `a tensor cannot be called ${metadataKey}`)
  const named = Object.entries(tensors).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [[metadataKey, metadata]] : []
  const views: Uint8Array[] = []
  let end = 0
  for (const [name, { rows, cols, data }] of named) {
    const numbers = dtype === 'float16' ? narrowToHalves(data) : data
    views.push(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
    const offsets = [end, (end += numbers.byteLength)]
    header.push([name, { dtype: dtype === 'float16' ? 'F16' : 'F32', shape: [rows, cols], data_offsets: offsets }])
  }
  await writeFileAtomic(path, [headerBytes(header), ...views])
}

/** A length (8 bytes, little-endian) and JSON, filled up with blanks so that the data begins at a multiple of 8. */
function headerBytes(entries: readonly [string, unknown][]): Uint8Array {
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const bytes = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ')
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8))
  json.copy(bytes, 8)
  return bytes
}

/**
 * Reads tensors of type `F16`, `BF16`, `F32` and `F64` (rounded to 32 bits): 2-D as they are, 1-D as one column.
 *
 * @throws {@link LabelwrightError} `bad-safetensors` when the header is not sound: too long, other types or shapes, or data that overlaps,
 * leaves gaps or does not fill the file; `file-not-found`, `unreadable-file`.
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  const { file, size } = await openNumbers(path)
  try {
    const { header, dataStart } = await readHeader(file, size, path)
    const { [metadataKey]: about = {}, ...entries } = header
    const places = placesOf(entries, size - dataStart, path)
    const tensors: [string, Matrix][] = []
    for (const { name, rows, cols, begin, type } of places) {
      const tensor = matrix(rows, cols)
      await readFloats(file, dataStart + begin, tensor.data, type)
      tensors.push([name, tensor])
    }
    return { tensors: Object.fromEntries(tensors), metadata: checked(metadataEntry, about, metadataKey, path) }
  } finally {
    await file.close()
  }
}

async function readHeader(
  file: FileHandle,
  size: number,
  path: string,
): Promise<{ header: Record<string, unknown>; dataStart: number }> {
  const prefix = Buffer.alloc(8)
  if (!(await readExactly(file, prefix, 0))) throw badSafetensors(path, 'it has fewer than 8 bytes')
  const length = Number(prefix.readBigUInt64LE())
  if (length > Math.min(maxHeaderBytes, size - 8)) throw badSafetensors(path, `its header claims ${length} bytes`)
  const bytes = Buffer.alloc(length)
  await readExactly(file, bytes, 8)
  return { header: parseHeader(bytes.toString('utf8'), path), dataStart: 8 + length }
}

function parseHeader(text: string, path: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch (cause) {
    throw badSafetensors(path, 'its header is no JSON object', cause)
  }
}

interface Place {
  readonly name: string
  readonly rows: number
  readonly cols: number
  readonly begin: number
  readonly end: number
  readonly type: FloatType
}

/** Where each tensor lies; together they must fill the data without gaps, as the format demands. */
function placesOf(entries: Readonly<Record<string, unknown>>, dataBytes: number, path: string): Place[] {
  const places = Object.entries(entries).map(([name, entry]) => {
    const { dtype, shape, data_offsets: offsets } = checked(tensorEntry, entry, name, path)
    const [begin, end] = offsets
    return { name, rows: shape[0]!, cols: shape[1] ?? 1, begin, end, type: floatTypes[dtype] }
  })
  let filled = 0
  for (const { name, rows, cols, begin, end, type } of places.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== filled || end - begin !== rows * cols * floatBytes[type]) {
      throw badSafetensors(path, `"${name}" (${rows} x ${cols}) cannot lie in bytes ${begin} to ${end}`)
    }
    filled = end
  }
  if (filled !== dataBytes) throw badSafetensors(path, `its tensors take ${filled} bytes of ${dataBytes}`)
  return places
}

function checked<T>(schema: z.ZodType<T>, value: unknown, name: string, path: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw badSafetensors(path, `of "${name}", ${result.error.issues[0]!.message}`)
}

function badSafetensors(path: string, why: string, cause?: unknown): LabelwrightError {
  return new LabelwrightError(
    'bad-safetensors',
    `${path} cannot be used as a safetensors file: ${why}.`,
    'Save matrices or vectors of floats with an up-to-date safetensors library.',
    { cause },
  )
}
