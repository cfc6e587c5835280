import type { Item } from '../core/item.ts'
import { datasetChanged, describeItem } from './refusals.ts'
import type { Connection } from './sqlite-connection.ts'
import type { Store } from './store.ts'
import { eachWithPauses } from './turns.ts'

interface ItemRow {
  readonly id: string
  readonly kind: Item['source']['kind']
}

/** The part of a store that knows the items: their order, ids and kinds. Their content stays in the dataset. */
export function makeItems({ db, read, write }: Connection): Pick<Store, 'registerItems'> {
  const select = db.prepare('SELECT id, kind FROM items ORDER BY item')
  const insert = db.prepare('INSERT INTO items (item, id, kind) VALUES (?, ?, ?)')

  async function areRegistered(items: readonly Item[]): Promise<boolean> {
    let registered = 0
    await eachWithPauses(select.iterate(), (row, index) => {
      registered++
      const held = row as unknown as ItemRow
      const given = rowOf(items[index])
      if (held.id !== given?.id || held.kind !== given.kind) {
        throw datasetChanged(index, describeItem(held), describeItem(given))
      }
    })
    if (registered > 0 && registered < items.length) {
      throw datasetChanged(registered, describeItem(undefined), describeItem(rowOf(items[registered])))
    }
    return registered > 0
  }

  return {
    registerItems: async (items) => {
      if (await read(() => areRegistered(items))) return
      await write(async () => {
        if (await areRegistered(items)) return
        await eachWithPauses(items, (item, index) => void insert.run(index, item.id, item.source.kind))
      })
    },
  }
}

function rowOf(item: Item | undefined): ItemRow | undefined {
  return item && { id: item.id, kind: item.source.kind }
}
