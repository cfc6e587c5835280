import { LabelwrightError } from '../../core/error.ts'

/**
 * The database that reads Parquet and JSON lines, loaded late: it is an optional peer, and large.
 *
 * @throws {@link LabelwrightError} `peer-missing`.
 */
export async function loadDuckDb(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api')
  } catch (cause) {
    throw new LabelwrightError(
      'peer-missing',
      'The package @duckdb/node-api, which reads the captions of open datasets, cannot be loaded.',
      'Run: npm install @duckdb/node-api',
      { cause },
    )
  }
}
