import { readdirSync, realpathSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { isAbsolute, join, posix, relative } from 'node:path'
import { errorCode } from '../files/file-error.ts'
import { followInside } from './inside.ts'

/** A picture that a manifest names: its path as written there (tidied, NFC) and on the disk; or why it cannot be used. */
export type Located =
  | { readonly kind: 'found'; readonly written: string; readonly path: string }
  | { readonly kind: 'problem'; readonly why: string }

type Folder =
  | { readonly kind: 'folder'; readonly path: string; readonly entries: ReadonlyMap<string, Dirent> }
  | { readonly kind: 'problem'; readonly why: string }

/** That of Linux; longer paths name no file, and would be followed folder by folder. */
const maxPathLength = 4096

/**
 * Makes a function that finds pictures by their path relative to a manifest's folder or, where there is none, to the folder `images` in it.
 * Nothing outside the manifest's folder is found, by `..`, absolute paths or links. Every folder is listed once and remembered;
 * synchronously, since a promise per row made a manifest of 200,000 rows take 3 times as long.
 */
export function pictureLocator(root: string): (path: string) => Located {
  const realRoot = realpathSync(root)
  const folders = new Map<string, Folder>([['.', listFolder(root)]])

  const find = (path: string, wanted: 'file' | 'folder' = 'file'): Located => {
    const folder = openFolder(posix.dirname(path))
    if (folder.kind === 'problem') return folder
    const name = posix.basename(path)
    const entry = folder.entries.get(name) ?? folder.entries.get(name.normalize('NFC'))
    if (!entry) return { kind: 'problem', why: `there is no file ${path}` }
    if (wanted === 'file' && entry.isDirectory()) return { kind: 'problem', why: `${path} is a folder` }
    const found = join(folder.path, entry.name)
    if (entry.isSymbolicLink()) {
      const target = followInside(realRoot, found)
      if ('why' in target) return { kind: 'problem', ...target }
    }
    return { kind: 'found', written: path.normalize('NFC'), path: found }
  }

  // Through its parent, so that every link on the way is checked and either Unicode spelling of a name is found.
  const openFolder = (path: string): Folder => {
    const known = folders.get(path)
    if (known) return known
    const at = find(path, 'folder')
    const opened = at.kind === 'problem' ? at : listFolder(at.path)
    folders.set(path, opened)
    return opened
  }

  return (path) => {
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
      return { kind: 'problem', why: 'remote pictures are not read yet: download them first' }
    }
    if (path.length > maxPathLength) return { kind: 'problem', why: `its path has ${path.length} characters` }
    const written = posix.normalize((isAbsolute(path) ? relative(root, path) : path).replaceAll('\\', '/'))
    if (written === '..' || written.startsWith('../') || posix.isAbsolute(written)) {
      return { kind: 'problem', why: `${path} leads out of the manifest's folder` }
    }
    const beside = find(written)
    if (beside.kind === 'found') return beside
    const below = find(`images/${written}`)
    return below.kind === 'found' ? { ...below, written: written.normalize('NFC') } : beside
  }
}

function listFolder(path: string): Folder {
  try {
    const entries = new Map<string, Dirent>()
    const listed = readdirSync(path, { withFileTypes: true })
    for (const entry of listed) entries.set(entry.name.normalize('NFC'), entry)
    for (const entry of listed) entries.set(entry.name, entry)
    return { kind: 'folder', path, entries }
  } catch (thrown) {
    const code = errorCode(thrown)
    return { kind: 'problem', why: code === 'ENOTDIR' ? `${path} is no folder` : `${path} cannot be read (${code})` }
  }
}
