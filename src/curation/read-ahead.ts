import type { Matrix } from '../tensor/matrix.ts'
import type { NpyFile } from '../tensor/npy.ts'

/** Reads a file part by part, any number of times, in memory of two parts. */
export type RowReader = (visit: (chunk: Matrix, firstRow: number) => void) => Promise<void>

/**
 * Makes a reader that hands over the rows in order while the next part is being read.
 *
 * @param chunkBytes - About how large a part is; at least one row. `chunk` is only valid until `visit` returns.
 */
export function makeRowReader(file: NpyFile, chunkBytes: number): RowReader {
  const { rows, cols } = file
  const rowsPerChunk = Math.max(1, Math.min(rows, Math.floor(chunkBytes / (4 * cols))))
  const buffers = [new Float32Array(rowsPerChunk * cols), new Float32Array(rowsPerChunk * cols)] as const
  return async (visit) => {
    const read = (from: number): Promise<Matrix> =>
      file.readRows(from, Math.min(rows, from + rowsPerChunk), buffers[(from / rowsPerChunk) % 2 === 0 ? 0 : 1])
    let next = read(0)
    try {
      for (let from = 0; from < rows; from += rowsPerChunk) {
        const chunk = await next
        if (from + rowsPerChunk < rows) next = read(from + rowsPerChunk)
        visit(chunk, from)
      }
    } finally {
      // What is still being read must not outlive the open file.
      await next.catch(() => undefined)
    }
  }
}
