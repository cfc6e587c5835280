import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const sources = globSync('src/**/*.ts', { cwd: root }).filter((path) => !path.endsWith('.test.ts'))
const thrown = sources.flatMap((path) =>
  [...read(path).matchAll(/new LabelwrightError\(\s*([^\s,]+),/g)].map(([, code]) => code!),
)
const used = new Set(thrown.filter((code) => code.startsWith("'")).map((code) => code.slice(1, -1)))
/** Rows of the tables of `docs/errors.md` begin with the code. */
const listed = [...read('docs/errors.md').matchAll(/^\| `([^`]+)`/gm)].map(([, code]) => code!)

test('errors are looked for where they are thrown', () => {
  expect(used.size).toBeGreaterThan(50)
  // A code that stands in a variable could not be listed; one that is passed on from another error stands there already.
  expect(thrown.filter((code) => !code.startsWith("'") && code !== 'thrown.code')).toEqual([])
})

test('every code that an error may carry is listed in docs/errors.md', () => {
  expect([...used].filter((code) => !listed.includes(code))).toEqual([])
})

test('docs/errors.md lists every code once, and none that is gone', () => {
  expect(listed.filter((code) => !used.has(code))).toEqual([])
  expect(listed).toEqual([...new Set(listed)])
})

test('codes are kebab-case', () => {
  expect([...used].filter((code) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([])
})
