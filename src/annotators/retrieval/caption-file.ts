import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import { LabelwrightError } from '../../core/error.ts'
import { row as rowOf, type Matrix } from '../../tensor/matrix.ts'
import { openNpy, type NpyFile } from '../../tensor/npy.ts'
import { badIndex, captionFormat } from './caption-format.ts'
import { quotedName } from './closed-database.ts'

/** What the columns are called. */
export interface CaptionColumns {
  /** Default `caption`. */
  readonly caption?: string
  /** A path or an address. Default `path`. */
  readonly source?: string
  /** Default: the source. */
  readonly id?: string
  /** A list of numbers, instead of features in a file of their own. */
  readonly embedding?: string
}

/** Some rows of a file. */
export interface CaptionChunk {
  /** Row of the file that the first caption stands in. */
  readonly from: number
  /** Null where a row has none, or cannot be read. */
  readonly captions: readonly (string | null)[]
  /** Of the i-th caption, while no later chunk is asked for; null where there is none. */
  source(i: number): string | null
  id(i: number): string | null
  embedding(i: number): Promise<Float32Array | null>
}

/** A file that is there and has the columns. */
export interface CaptionFile {
  readonly rows: number
  /** Every row once, in order; from the start each time. */
  chunks(): AsyncGenerator<CaptionChunk>
  close(): Promise<void>
}

/**
 * Opens a file of captions for reading it in parts.
 *
 * @param path - As `captionPath` gives it.
 * @param features - A `.npy` file with one row per row of captions, or undefined.
 * @throws {@link LabelwrightError} `unknown-format`, `bad-index`, `missing-column`, `feature-rows`, `bad-npy`.
 */
export async function openCaptionFile(
  database: DuckDBConnection,
  path: string,
  { caption = 'caption', source = 'path', id = source, embedding }: CaptionColumns,
  features?: string,
): Promise<CaptionFile> {
  const format = captionFormat(path)
  const refuse = (thrown: unknown): never => {
    throw thrown instanceof LabelwrightError ? thrown : badIndex(path, format, thrown)
  }
  const rowsOf = async (sql: string) => (await database.runAndReadAll(sql, [path]).catch(refuse)).getRowsJS()

  const types = new Map([caption, source, id].map((column) => [column, 'VARCHAR']))
  if (embedding !== undefined) types.set(embedding, 'FLOAT[]')
  const present = (await rowsOf(`DESCRIBE FROM ${format.table(new Map())}`)).map(([name]) => name as string)
  for (const column of types.keys()) if (!present.includes(column)) throw missingColumn(path, column, present)
  const rows = Number((await rowsOf(`SELECT count(*) FROM ${format.table(types)}`))[0]![0])

  const npy = features === undefined ? null : await openNpy(features)
  if (npy && npy.rows !== rows) {
    await npy.close()
    throw featureRows(features!, npy.rows, { path, rows })
  }
  const wanted = [caption, source, id].map((column) => `TRY_CAST(${quotedName(column)} AS VARCHAR)`)
  if (embedding !== undefined) wanted.push(`TRY_CAST(${quotedName(embedding)} AS FLOAT[])`)
  return {
    rows,
    chunks: async function* () {
      try {
        const result = await database.stream(`SELECT ${wanted.join(', ')} FROM ${format.table(types)}`, [path])
        let from = 0
        for (let read = await result.fetchChunk(); read && read.rowCount > 0; read = await result.fetchChunk()) {
          yield chunkOf(read, from, npy)
          from += read.rowCount
        }
      } catch (thrown) {
        refuse(thrown)
      }
    },
    close: async () => npy?.close(),
  }
}

function chunkOf(read: DuckDBDataChunk, from: number, npy: NpyFile | null): CaptionChunk {
  const [captions, sources, ids] = [0, 1, 2].map((column) => read.getColumnVector(column))
  const lists = read.columnCount > 3 ? read.getColumnVector(3) : null
  let features: Promise<Matrix> | undefined
  return {
    from,
    captions: Array.from({ length: read.rowCount }, (_, i) => captions!.getItem(i) as string | null),
    source: (i) => sources!.getItem(i) as string | null,
    id: (i) => ids!.getItem(i) as string | null,
    embedding: async (i) => {
      // The whole chunk at once: a read for each row took five times as long where every row was wanted.
      if (npy) return rowOf(await (features ??= npy.readRows(from, from + read.rowCount)), i)
      const list = lists?.getItem(i) as { readonly items: readonly number[] } | null | undefined
      return list ? Float32Array.from(list.items) : null
    },
  }
}

function missingColumn(path: string, column: string, present: readonly string[]): LabelwrightError {
  return new LabelwrightError(
    'missing-column',
    `${path} has no column "${column}"; its columns are: ${present.join(', ')}.`,
    'Say what the columns of the caption and of the path are called.',
  )
}

function featureRows(
  features: string,
  found: number,
  { path, rows }: { readonly path: string; readonly rows: number },
): LabelwrightError {
  return new LabelwrightError(
    'feature-rows',
    `${features} holds ${found} rows, but ${path} has ${rows}.`,
    'Make the file again with one row per row of captions, in their order.',
  )
}
