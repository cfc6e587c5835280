import type { SpokenFault } from './faults.ts'
import type { Sign } from './sign.ts'

/** What a spoiled reply is made from, beside the reply. */
export interface Spoiling {
  /** The sign in the picture. */
  readonly sign?: Sign | null
  readonly aliases?: Readonly<Record<string, string>> | undefined
}

const noSuchSpecies = 'iridescent thunderbug'

/** What the model says instead of its reply. */
export function spoil(reply: string, fault: SpokenFault, { sign, aliases = {} }: Spoiling = {}): string {
  switch (fault) {
    case 'broken-json':
      return reply.slice(0, Math.ceil(reply.length / 2))
    case 'empty':
      return ''
    case 'refusal':
      return "I'm sorry, but I can't help with identifying what is in this picture."
    case 'endless':
      return `${reply} `.repeat(400)
    case 'invented-label':
      return renamed(
        reply,
        () => noSuchSpecies,
        (names) => [...names, noSuchSpecies],
      )
    case 'wrong-case':
      return renamed(reply, (name) => name.toUpperCase().replaceAll(' ', '_'))
    case 'alias':
      return renamed(reply, (name) => aliases[name] ?? name)
    case 'chatty':
      return `Sure! Here is what I see:\n\`\`\`json\n${reply}\n\`\`\`\nLet me know if you need anything else.`
    case 'no-usage':
      return reply
    case 'obeys-picture':
      return sign
        ? renamed(
            reply,
            () => sign.answer,
            () => [sign.answer],
          )
        : reply
  }
}

/** The reply with other names where its answer stands, the names of a list all at once. */
function renamed(
  reply: string,
  rename: (name: string) => string,
  renameAll = (names: readonly string[]): string[] => names.map(rename),
): string {
  if (!reply.startsWith('{')) return rename(reply)
  const said = Object.entries(JSON.parse(reply) as Record<string, string | number | string[]>).map(
    ([property, value]) => {
      if (property === 'observations' || typeof value === 'number') return [property, value] as const
      return [property, typeof value === 'string' ? rename(value) : renameAll(value)] as const
    },
  )
  return JSON.stringify(Object.fromEntries(said))
}
