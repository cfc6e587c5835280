import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClassSpec, Taxonomy } from '../core/taxonomy.ts'
import { readClasses, writeClasses } from './classes.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function classesOf(name: string, content: string | Uint8Array): Promise<Taxonomy> {
  await writeFile(join(folder, name), content)
  return readClasses(join(folder, name))
}

function namesOf(taxonomy: Taxonomy): string[][] {
  return taxonomy.levels.map((level) => level.classes.map(({ name }) => name))
}

test('a plain list of names reads the same from text, YAML and JSON', async () => {
  const expected = [['no', '007', 'null', '1.0', 'é']]
  expect(namesOf(await classesOf('c.txt', '\uFEFFno\r\n007\r\n\r\nnull\n1.0\né'))).toEqual(expected)
  expect(namesOf(await classesOf('c.yaml', '- no\n- 007\n- null\n- 1.0\n- "e\\u0301"\n'))).toEqual(expected)
  expect(namesOf(await classesOf('c.json', '["no", "007", "null", 1.0,\n\t"\\u00e9"]'))).toEqual(expected)
})

test('a mapping is a tree in the order of the file, also where its keys are numbers', async () => {
  const taxonomy = await classesOf('c.yml', '10: [b, a]\n2:\n  - c\nmoth:\n')
  expect(taxonomy.levels.map(({ name }) => name)).toEqual(['group', 'class'])
  expect(namesOf(taxonomy)).toEqual([
    ['10', '2', 'moth'],
    ['b', 'a', 'c', 'moth'],
  ])
})

test('names, aliases, descriptions, levels and all forms mixed are understood', async () => {
  const taxonomy = await classesOf(
    'c.yaml',
    `levels: [family, species]
classes:
  - bee: [honeybee, { name: bumblebee, aliases: [Bombus], description: a round one }]
  - name: moth
    classes: { hawk moth: , owlet moth: }
`,
  )
  expect(taxonomy.levels.map(({ name }) => name)).toEqual(['family', 'species'])
  expect(namesOf(taxonomy)).toEqual([
    ['bee', 'moth'],
    ['honeybee', 'bumblebee', 'hawk moth', 'owlet moth'],
  ])
  expect(taxonomy.levels[1]!.classes[1]).toEqual({
    name: 'bumblebee',
    aliases: ['Bombus'],
    description: 'a round one',
  })
})

test.each([
  ['c.yaml', '- a\n- [b]\n', 'bad-classes', 'c.yaml at line 2 cannot be used: a name, or a class with a name'],
  ['c.yaml', 'a: [b]\nc: d\n', 'bad-classes', 'at line 2 cannot be used: a list of classes must stand here'],
  ['c.yaml', '- name: a\n  aliases: b\n', 'bad-classes', 'at line 2 cannot be used: aliases must be a list'],
  ['c.yaml', '- name: a\n  alias: b\n', 'bad-classes', 'at line 2 cannot be used: "alias" means nothing here'],
  ['c.yaml', '- a\n- " "\n', 'bad-classes', 'at line 2 cannot be used: a name is empty'],
  ['c.yaml', 'a: [b\nc: d\n', 'bad-classes', 'c.yaml at line'],
  ['c.yaml', 'a: [b]\na: [c]\n', 'bad-classes', 'at line 2 cannot be used: Map keys must be unique'],
  ['c.json', '["a\\u001b[31m"]', 'bad-classes', 'at line 1 cannot be used: a name holds control characters'],
  ['c.txt', 'a\n\nb\u202E\n', 'bad-classes', 'at line 3 cannot be used: a name holds control characters'],
  ['c.txt', `${'x'.repeat(201)}\n`, 'bad-classes', 'at line 1 cannot be used: a name is longer than 200 characters'],
  ['c.txt', Buffer.from('caf\xe9', 'latin1'), 'bad-classes', 'it is not valid UTF-8'],
  ['c.json', `${'['.repeat(3000)}${']'.repeat(3000)}`, 'bad-classes', 'cannot be used'],
  ['c.json', `${'{"a":'.repeat(40)}["b"]${'}'.repeat(40)}`, 'bad-classes', 'nested more than 32 deep'],
  ['c.txt', '\n', 'no-classes', 'c.txt: The list of classes is empty'],
  ['c.yaml', '', 'no-classes', 'c.yaml: The list of classes is empty'],
  ['c.txt', 'a\nA\n', 'duplicate-class', 'c.txt: At level "class"'],
  ['c.yaml', 'levels: [a, b]\nclasses: [c]\n', 'bad-levels', 'c.yaml: The class tree has 1 levels'],
  ['c.xml', '', 'unknown-format', 'c.xml'],
])('%s holding %j is refused as %s', async (name, content, code, problem) => {
  await expect(classesOf(name, content)).rejects.toMatchObject({
    code,
    problem: expect.stringContaining(problem) as string,
  })
})

test('aliases that multiply are refused before they fill the memory', async () => {
  const levels = Array.from({ length: 9 }, (_, i) => `- &l${i + 1} [${`*l${i}, `.repeat(9)}x]`)
  await expect(classesOf('c.yaml', ['- &l0 [x]', ...levels].join('\n'))).rejects.toMatchObject({ code: 'bad-classes' })
})

test('written classes are read back as they were, and other YAML readers see texts too', async () => {
  const path = join(folder, 'written.yaml')
  await writeClasses(path, [{ name: 'no' }, { name: 'bee', classes: [{ name: '007' }] }], ['family', 'species'])
  expect(await readFile(path, 'utf8')).toBe(
    'levels:\n  - family\n  - species\nclasses:\n  - "no"\n  - name: bee\n    classes:\n      - "007"\n',
  )
  const name = fc.string({
    unit: fc.constantFrom('a', 'b', ':', '#', '-', '"', "'", 'é', '😀', ' ', '{', '*', '1'),
    maxLength: 12,
  })
  const spec = name.map((text): ClassSpec => ({ name: `x${text}y`, description: `${text}.`.trim() }))
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(spec, { minLength: 1, maxLength: 6, selector: (node) => node.name.toLowerCase() }),
      async (specs) => {
        await writeClasses(path, specs)
        expect((await readClasses(path)).levels[0]!.classes).toEqual(specs)
      },
    ),
    { numRuns: 40 },
  )
})
