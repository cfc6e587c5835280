import { realpathSync } from 'node:fs'
import { isAbsolute, relative, sep } from 'node:path'

/** Where a link really leads, if that exists and lies within `realRoot` (itself free of links); else why it must not be followed. */
export function followInside(realRoot: string, path: string): { real: string } | { why: string } {
  try {
    const real = realpathSync(path)
    return isInside(realRoot, real) ? { real } : { why: "it is a link that leads out of the dataset's folder" }
  } catch {
    return { why: 'it is a link that leads nowhere' }
  }
}

function isInside(root: string, path: string): boolean {
  const step = relative(root, path)
  return step !== '..' && !step.startsWith(`..${sep}`) && !isAbsolute(step)
}
