import { stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { LabelwrightError, messageOf } from '../../core/error.ts'
import { fileError } from '../../files/file-error.ts'
import { quoted } from './closed-database.ts'

/** How a file of captions is read. */
export interface CaptionFormat {
  readonly name: string
  /**
   * The file that the first parameter names, as a table.
   *
   * @param types - Type of each wanted column, as SQL writes it; none: whatever is there.
   */
  readonly table: (types: ReadonlyMap<string, string>) => string
}

const parquet: CaptionFormat = {
  name: 'Parquet',
  // A folder called `caption=bee` would otherwise become a column.
  table: () => 'read_parquet(?, hive_partitioning = false)',
}

const jsonLines: CaptionFormat = {
  name: 'JSON lines',
  table: (types) => {
    const columns = [...types].map(([name, type]) => `${quoted(name)}: ${quoted(type)}`).join(', ')
    const shape = types.size > 0 ? `columns = {${columns}}` : 'maximum_depth = 1'
    // A line that cannot be read becomes a row of nothing, so that rows stay where they are.
    return `read_json(?, format = 'newline_delimited', ignore_errors = true, ${shape})`
  },
}

/**
 * The format of a file, told by its extension.
 *
 * @throws {@link LabelwrightError} `unknown-format`.
 */
export function captionFormat(path: string): CaptionFormat {
  if (/\.parquet$/i.test(path)) return parquet
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) return jsonLines
  throw new LabelwrightError(
    'unknown-format',
    `The extension of ${path} is not that of captions.`,
    'Give Parquet (.parquet) or JSON lines (.jsonl, .ndjson, also with .gz).',
  )
}

/**
 * The absolute path of a file of captions, as the database wants it.
 *
 * @throws {@link LabelwrightError} `file-not-found`, `unreadable-file`, or `bad-index` for a path that would be taken for a pattern.
 */
export async function captionPath(path: string): Promise<string> {
  const absolute = resolve(path)
  const file = await stat(absolute).catch((thrown: unknown) => {
    throw fileError(absolute, thrown)
  })
  const written = sep === '\\' ? absolute.replaceAll(sep, '/') : absolute
  if (!file.isFile() || /[*?[\\]/.test(written)) {
    throw new LabelwrightError(
      'bad-index',
      `${absolute} ${file.isFile() ? 'has one of * ? [ \\ in it, which would stand for other files' : 'is a folder'}.`,
      'Name one file after the other, by paths without these signs.',
    )
  }
  return written
}

/** What the database says about a file that it cannot read. */
export function badIndex(path: string, { name }: CaptionFormat, cause: unknown): LabelwrightError {
  const [why] = messageOf(cause).split('\n')
  return new LabelwrightError(
    'bad-index',
    `${path} cannot be read as ${name}: ${why!.replace(/\.$/, '')}.`,
    'Give a file whose content is what its extension says.',
    { cause },
  )
}
