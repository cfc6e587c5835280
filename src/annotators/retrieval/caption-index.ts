import { LabelwrightError } from '../../core/error.ts'
import { openCaptionFile, type CaptionChunk, type CaptionColumns, type CaptionFile } from './caption-file.ts'
import { captionPath } from './caption-format.ts'
import { openClosedDatabase, type DatabaseLimits } from './closed-database.ts'

/** Captioned items of an open dataset, in one file or several. */
export interface CaptionIndex {
  readonly files: readonly IndexFile[]
  readonly columns?: CaptionColumns
}

/** One file of an index. */
export interface IndexFile {
  /** Parquet (`.parquet`), or JSON lines (`.jsonl`, `.ndjson`; also with `.gz`). */
  readonly path: string
  /** A `.npy` file of embeddings, row `i` for row `i` of the captions. */
  readonly features?: string
}

/** An index whose files are there and have the columns. */
export interface OpenedIndex {
  readonly rows: number
  readonly hasEmbeddings: boolean
  /** Every row once, file by file, in order; from the start each time. */
  chunks(): AsyncGenerator<CaptionChunk & { readonly file: number }>
  close(): Promise<void>
}

/**
 * Opens an index for reading it in parts, so that it may be larger than the memory.
 *
 * @throws {@link LabelwrightError} `bad-option` where there is no file, or features for some of them only; `peer-missing`, `file-not-found`,
 *   `unreadable-file`, and what {@link openCaptionFile} throws.
 */
export async function openIndex({ files, columns = {} }: CaptionIndex, limits: DatabaseLimits): Promise<OpenedIndex> {
  const withFeatures = files.filter(({ features }) => features !== undefined).length
  if (files.length === 0 || (withFeatures > 0 && withFeatures < files.length)) {
    throw new LabelwrightError(
      'bad-option',
      `An index of ${files.length} files has features for ${withFeatures} of them.`,
      'Name at least one file of captions, and features for all of them or for none.',
    )
  }
  const paths = await Promise.all(files.map(({ path }) => captionPath(path)))
  const database = await openClosedDatabase(paths, limits)
  const opened: CaptionFile[] = []
  const close = async (): Promise<void> => {
    for (const file of opened) await file.close()
    database.close()
  }
  try {
    for (const [i, path] of paths.entries()) {
      opened.push(await openCaptionFile(database.connection, path, columns, files[i]!.features))
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
  return {
    rows: opened.reduce((sum, { rows }) => sum + rows, 0),
    hasEmbeddings: withFeatures > 0 || columns.embedding !== undefined,
    chunks: async function* () {
      for (const [file, captions] of opened.entries()) {
        for await (const chunk of captions.chunks()) yield { ...chunk, file }
      }
    },
    close,
  }
}
