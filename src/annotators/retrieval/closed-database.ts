import type { DuckDBConnection } from '@duckdb/node-api'
import { loadDuckDb } from './load-duckdb.ts'

export interface DatabaseLimits {
  /** What the database may keep in memory. Default 1024. */
  readonly memoryMb?: number
  /** Default 2: the captions are searched by one thread, and reading is faster than that. */
  readonly threads?: number
}

/**
 * A database in memory that can read these files and nothing else: it writes no file, loads no extension, reaches no network, and none of
 * this can be changed by what it is told later.
 *
 * @param files - Absolute paths.
 * @throws {@link LabelwrightError} `peer-missing`.
 */
export async function openClosedDatabase(
  files: readonly string[],
  limits: DatabaseLimits,
): Promise<{ readonly connection: DuckDBConnection; close(): void }> {
  const { DuckDBInstance } = await loadDuckDb()
  const database = await DuckDBInstance.create(':memory:', {
    memory_limit: `${limits.memoryMb ?? 1024}MB`,
    threads: String(limits.threads ?? 2),
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Rows of features belong to rows of captions by their order.
    preserve_insertion_order: 'true',
  })
  const connection = await database.connect()
  await connection.run(`SET allowed_paths = [${files.map(quoted).join(', ')}]`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
  return {
    connection,
    close: () => {
      connection.closeSync()
      database.closeSync()
    },
  }
}

/** A text as SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** The name of a column as SQL writes it. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
