import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { expect, test } from 'vitest'

/** Lowest first. Imports point to lower floors or stay in their folder; beside each other, folders do not know each other. */
const floors = [
  ['core'],
  ['files', 'geometry'],
  ['tensor', 'formats', 'store'],
  ['channels', 'learners', 'encoders', 'annotators'],
  ['strategies', 'curation', 'detection', 'sample'],
  ['campaign'],
  ['project'],
  ['server'],
  ['cli', 'web'],
]

const root = join(import.meta.dirname, '..')
const files = globSync('src/**/*.{ts,tsx}', { cwd: root }).map((path) => path.replaceAll('\\', '/'))
const imports = files.flatMap((from) =>
  [...readFileSync(join(root, from), 'utf8').matchAll(/\b(?:from|import\(?)\s*'(\.[^']+)'/g)].map(([, path]) => ({
    from,
    to: posix.join(dirname(from), path!),
  })),
)

const folderOf = (path: string): string => path.split('/')[1]!
const floorOf = (path: string): number => floors.findIndex((floor) => floor.includes(folderOf(path)))
const words = ({ from, to }: { from: string; to: string }): string => `${from} imports ${to}`

test('the house is looked at, not an empty folder', () => {
  expect(files.length).toBeGreaterThan(60)
  expect(imports.length).toBeGreaterThan(100)
  expect(imports.map(({ to }) => to).filter((to) => !existsSync(join(root, to)))).toEqual([])
})

test('every folder stands on a floor', () => {
  expect(files.filter((path) => floorOf(path) < 0)).toEqual([])
})

test('imports point to a lower floor or stay in their folder', () => {
  const climbing = imports.filter(({ from, to }) => folderOf(from) !== folderOf(to) && floorOf(from) <= floorOf(to))
  expect(climbing.map(words)).toEqual([])
})

test('only users import an index.ts', () => {
  expect(imports.filter(({ to }) => to.endsWith('/index.ts')).map(words)).toEqual([])
})
