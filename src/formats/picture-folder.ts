import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { LabelwrightError } from '../core/error.ts'
import type { Item, Quarantined } from '../core/item.ts'
import { errorCode } from '../files/file-error.ts'
import { followInside } from './inside.ts'
import type { ItemList } from './item-list.ts'
import { isBroken } from './text-lines.ts'

const pictureExtensions: ReadonlySet<string> = new Set(
  ['jpg', 'jpeg', 'png', 'webp', 'gif', 'bmp', 'tif', 'tiff', 'avif'].map((extension) => `.${extension}`),
)
const statsAtOnce = 512

/** What a walk has seen so far; paths are relative to `root`, with forward slashes, spelled as on the disk. */
interface Walk {
  readonly root: string
  readonly realRoot: string
  /** Folders still to be read. */
  readonly folders: string[]
  readonly pictures: string[]
  readonly others: string[]
  readonly quarantined: Quarantined[]
}

/**
 * Reads all pictures below a folder, in the order of their paths' UTF-8 bytes. Hidden files are skipped; empty pictures, links that leave
 * the folder and unreadable subfolders are quarantined. Where every picture lies in one of at least two subfolders, the first subfolder's
 * name is the label column `folder`.
 *
 * @throws {@link LabelwrightError} `empty-dataset`.
 */
export async function readPictureFolder(root: string): Promise<ItemList> {
  const walk: Walk = { root, realRoot: await realpath(root), folders: [''], pictures: [], others: [], quarantined: [] }
  for (let folder = walk.folders.pop(); folder !== undefined; folder = walk.folders.pop()) await visit(walk, folder)
  const pictures = uniqueById(walk)
  if (pictures.length === 0) throw emptyFolder(walk)
  const firstFolders = new Set(pictures.map(({ id }) => firstFolder(id)))
  const labelled = firstFolders.size >= 2 && !firstFolders.has('')
  const items = pictures.map(({ id, path }): Item => {
    return { id, source: { kind: 'image', path }, labels: labelled ? { folder: firstFolder(id) } : {} }
  })
  return { items, labelColumns: labelled ? ['folder'] : [], quarantined: walk.quarantined.toSorted(byWhere) }
}

async function visit(walk: Walk, folder: string): Promise<void> {
  let entries: readonly Dirent[]
  try {
    entries = await readdir(join(walk.root, folder), { withFileTypes: true })
  } catch (thrown) {
    walk.quarantined.push({ where: folder || '.', why: `the folder cannot be read (${errorCode(thrown)})` })
    return
  }
  const candidates: string[] = []
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isSymbolicLink()) await visitLink(walk, path, candidates)
    else if (entry.isDirectory()) walk.folders.push(path)
    else if (entry.isFile() && isPicture(path)) candidates.push(path)
    else walk.others.push(path)
  }
  for (let at = 0; at < candidates.length; at += statsAtOnce) {
    const batch = candidates.slice(at, at + statsAtOnce)
    const problems = await Promise.all(batch.map((path) => problemOf(walk, path)))
    batch.forEach((path, i) => {
      const why = problems[i]
      if (why === undefined) walk.pictures.push(path)
      else walk.quarantined.push({ where: path, why })
    })
  }
}

async function visitLink(walk: Walk, path: string, candidates: string[]): Promise<void> {
  const target = followInside(walk.realRoot, join(walk.root, path))
  if ('why' in target) walk.quarantined.push({ where: path, why: target.why })
  // A linked folder inside the root is met at its own place too; following it could go round in circles.
  else if ((await stat(target.real)).isFile() && isPicture(path)) candidates.push(path)
}

async function problemOf(walk: Walk, path: string): Promise<string | undefined> {
  if (isBroken(path)) return 'its name is not valid UTF-8'
  try {
    return (await stat(join(walk.root, path))).size === 0 ? 'the file is empty' : undefined
  } catch (thrown) {
    return `the file cannot be read (${errorCode(thrown)})`
  }
}

/** Two spellings of one name (é as one character or as two) would be one id; the later one is quarantined. */
function uniqueById(walk: Walk): { id: string; path: string }[] {
  const byId = new Map<string, string>()
  for (const path of inByteOrder(walk.pictures)) {
    const id = path.normalize('NFC')
    const other = byId.get(id)
    if (other === undefined) byId.set(id, join(walk.root, path))
    else
      walk.quarantined.push({
        where: path,
        why: 'another file has the same name, written with other Unicode characters',
      })
  }
  return inByteOrder([...byId.keys()]).map((id) => ({ id, path: byId.get(id)! }))
}

/** JavaScript orders texts by UTF-16 units, other tools by bytes; they differ above U+FFFF. */
function inByteOrder(texts: readonly string[]): string[] {
  const keyed = texts.map((text) => ({ text, key: Buffer.from(text).toString('latin1') }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ text }) => text)
}

function byWhere(a: Quarantined, b: Quarantined): number {
  return a.where < b.where ? -1 : 1
}

function isPicture(path: string): boolean {
  return pictureExtensions.has(extname(path).toLowerCase())
}

function firstFolder(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')))
}

function emptyFolder(walk: Walk): LabelwrightError {
  const first = walk.quarantined.toSorted(byWhere)[0]
  const example = walk.others.toSorted()[0]
  const found = [
    `0 usable pictures`,
    ...(first ? [`${walk.quarantined.length} unusable ones (${first.where}: ${first.why})`] : []),
    `${walk.others.length} other files${example === undefined ? '' : ` such as ${example}`}`,
  ]
  return new LabelwrightError(
    'empty-dataset',
    `Looked for pictures (${[...pictureExtensions].join(' ')}) below ${walk.root} and found ${found.join(', ')}.`,
    'Give the folder that holds the pictures, or a CSV, TSV or JSONL manifest with a "path" or "text" column.',
  )
}
