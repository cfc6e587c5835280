import type { Connection } from './sqlite-connection.ts'
import { noJson } from './refusals.ts'
import type { Store } from './store.ts'

/** The part of a store that keeps small JSON values by name. */
export function makeNotes({ db, read, write }: Connection): Pick<Store, 'readNote' | 'writeNote'> {
  const select = db.prepare('SELECT value FROM notes WHERE name = ?')
  const upsert = db.prepare(`
    INSERT INTO notes (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`)
  return {
    readNote: (name) =>
      read(() => {
        const row = select.get(name)
        return row && (JSON.parse(String(row['value'])) as unknown)
      }),
    writeNote: async (name, value) => {
      const json = JSON.stringify(value) as string | undefined
      if (json === undefined) throw noJson(name, value)
      await write(() => void upsert.run(name, json))
    },
  }
}
