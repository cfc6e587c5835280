import { z } from 'zod'
import type { ClassSpec } from '../core/taxonomy.ts'
import type { YamlPath } from './yaml-texts.ts'

/** Called with the place of the problem and what is wrong there. */
export type Fail = (at: YamlPath, why: string) => never

/** The classes as a file gives them, and the names of their levels where it does. */
export interface ClassTree {
  readonly classes: readonly ClassSpec[]
  readonly levels?: readonly string[]
}

const maxDepth = 32

// Names end up in prompts, terminals, web pages and spreadsheets: no control characters, nor those that reverse the reading direction.
const className = z
  .string('a name must be a text')
  .trim()
  .normalize('NFC')
  .min(1, 'a name is empty')
  .max(200, 'a name is longer than 200 characters')
  .regex(/^[^\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]*$/u, 'a name holds control characters')

const classNode = z.strictObject({
  name: className,
  aliases: z.array(className, 'aliases must be a list of names').optional(),
  description: z
    .string('a description must be a text')
    .trim()
    .max(2000, 'a description is longer than 2000 characters')
    .optional(),
  classes: z.unknown().optional(),
})

const leveledTree = z.strictObject({
  levels: z.array(className, 'levels must be a list of names, coarse to fine').optional(),
  classes: z.unknown(),
})

/** Makes classes of the texts, lists and maps of a class file; the forms are those of `readClasses`. */
export function classTreeOf(value: unknown, fail: Fail): ClassTree {
  if (!(value instanceof Map) || !value.has('classes')) return { classes: classesOf(value, [], fail) }
  const { levels, classes } = checked(leveledTree, asObject(value), [], fail)
  return { classes: classesOf(classes, ['classes'], fail), ...(levels && { levels }) }
}

function classesOf(value: unknown, at: YamlPath, fail: Fail): ClassSpec[] {
  if (at.length > maxDepth) return fail(at, `the classes are nested more than ${maxDepth} deep`)
  if (Array.isArray(value)) return value.flatMap((child: unknown, i) => classOrClasses(child, [...at, i], fail))
  if (value instanceof Map) {
    return [...(value as Map<unknown, unknown>)].map(([key, below]) => {
      const here = [...at, String(key)]
      return branch(checked(className, key, here, fail), below, here, fail)
    })
  }
  return fail(at, 'a list of classes must stand here, such as [bee, moth]')
}

/** One entry of a list: a name, a class with its aliases, or a small mapping such as `- bee: [honeybee, bumblebee]`. */
function classOrClasses(value: unknown, at: YamlPath, fail: Fail): ClassSpec[] {
  if (typeof value === 'string') return [{ name: checked(className, value, at, fail) }]
  if (!(value instanceof Map)) return fail(at, 'a name, or a class with a name, must stand here')
  if (!value.has('name')) return classesOf(value, at, fail)
  const { name, aliases, description, classes } = checked(classNode, asObject(value), at, fail)
  const below = classes === undefined ? {} : { classes: classesOf(classes, [...at, 'classes'], fail) }
  return [{ name, ...(aliases && { aliases }), ...(description && { description }), ...below }]
}

function branch(name: string, below: unknown, at: YamlPath, fail: Fail): ClassSpec {
  const isLeaf = below === '' || below === null || below === undefined
  return isLeaf ? { name } : { name, classes: classesOf(below, at, fail) }
}

function asObject(map: ReadonlyMap<unknown, unknown>): unknown {
  return Object.fromEntries([...map].map(([key, value]) => [String(key), value]))
}

function checked<T>(schema: z.ZodType<T>, value: unknown, at: YamlPath, fail: Fail): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const place = [...at, ...issue.path.filter((step) => typeof step !== 'symbol')]
  if (issue.code !== 'unrecognized_keys') return fail(place, issue.message)
  return fail([...place, issue.keys[0]!], `"${issue.keys[0]}" means nothing here`)
}
