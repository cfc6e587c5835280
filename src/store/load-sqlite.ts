import type * as sqlite from 'node:sqlite'

/**
 * Loads `node:sqlite`, which Node 22 announces as experimental on first use. That line gives a user nothing to act on,
 * so it alone is held back; every other warning passes.
 */
export function loadSqlite(): typeof sqlite {
  const emitWarning: typeof process.emitWarning = Reflect.get(process, 'emitWarning')
  process.emitWarning = (...warning: unknown[]) => {
    if (!String(warning[0]).startsWith('SQLite is an experimental feature'))
      Reflect.apply(emitWarning, process, warning)
  }
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}
