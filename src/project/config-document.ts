import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document, Node, Pair } from 'yaml'
import { messageOf } from '../core/error.ts'
import { parseYamlTexts } from '../formats/yaml-texts.ts'

export type ConfigPath = readonly (string | number)[]

/** Where something stands, or where it is missing. Lines and columns count from 1. */
interface Place {
  readonly line: number
  readonly column: number
  /** As far as the file goes along the path that was asked for; beyond a mapping without the key, all of it. */
  readonly path: ConfigPath
  /** The value there; undefined where there is none. */
  readonly found: unknown
}

/** A broken file: how, and where. */
export interface BrokenDocument {
  readonly line: number
  readonly column: number
  readonly why: string
}

export interface ConfigDocument {
  /** Plain values, but for `classes`: lists and maps of texts, since `no`, `007` and `null` are good names. */
  readonly value: unknown
  /** The place of a value, or of its key. */
  placeOf(path: ConfigPath, what: 'value' | 'key'): Place
}

/** Reads the text of `labelwright.yaml`, remembering where everything stood; else says all that is broken about it. */
export function parseConfigDocument(text: string): ConfigDocument | readonly BrokenDocument[] {
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
    if (document.errors.length > 0) {
      return document.errors.map(({ pos, code, message }) => {
        return { ...lineAndColumn(lines, pos[0]), why: code === 'MULTIPLE_DOCS' ? 'A second document begins' : message }
      })
    }
    return {
      value: withClassesAsTexts(document.toJS(), text),
      placeOf: (path, what) => placeOf(document, lines, { path, what }),
    }
  } catch (thrown) {
    // Aliases of nothing, and hostile documents: aliases that multiply, or lists nested deeper than the stack.
    return [{ line: 1, column: 1, why: thrown instanceof RangeError ? 'It is nested too deeply' : messageOf(thrown) }]
  }
}

function withClassesAsTexts(value: unknown, text: string): unknown {
  if (typeof value !== 'object' || value === null || !('classes' in value)) return value
  const texts = parseYamlTexts(text)
  return 'value' in texts && texts.value instanceof Map ? { ...value, classes: texts.value.get('classes') } : value
}

function placeOf(
  document: Document,
  lines: LineCounter,
  { path, what }: { path: ConfigPath; what: 'value' | 'key' },
): Place {
  let node: unknown = document.contents
  let marker: unknown = node
  let depth = 0
  for (; depth < path.length; depth++) {
    const inside = isAlias(node) ? node.resolve(document) : node
    if (isMap(inside)) {
      const pair = inside.items.find(({ key }) => isNamed(key, path[depth]!))
      if (!pair) return { ...lineAndColumn(lines, offsetOf(marker)), path, found: undefined }
      node = pair.value
      marker = what === 'key' || isEmpty(pair) ? pair.key : node
    } else if (isSeq(inside)) marker = node = inside.items[Number(path[depth])]
    else break
  }
  const found = isNode(node) ? (node as Node).toJS(document) : undefined
  return { ...lineAndColumn(lines, offsetOf(marker)), path: path.slice(0, depth), found }
}

function isNamed(key: unknown, step: string | number): boolean {
  return isScalar(key) && [key.source, String(key.value)].includes(String(step))
}

function isEmpty({ value }: Pair): boolean {
  return !isNode(value) || (isScalar(value) && value.value === null)
}

function offsetOf(marker: unknown): number {
  return isNode(marker) && marker.range ? marker.range[0] : 0
}

function lineAndColumn(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}
