import sharp from 'sharp'
import type { Call, Request } from '../transport.ts'

/** What a message is made of, as far as a model may be unable to take it. */
export type Content = 'picture' | 'text'

export function contentOf({ prompt }: Call): Content {
  const shows = prompt.some(({ role, content }) => role === 'user' && content.some(({ type }) => type === 'file'))
  return shows ? 'picture' : 'text'
}

/** A message that nobody can object to. Who answers it takes such messages, and what was wrong with another is in that other message. */
export function controlQuestion(content: Content): Request {
  return {
    key: `control question: ${content}`,
    tokens: { input: 500, output: 16 },
    compose: async () => ({
      prompt: [
        {
          role: 'user',
          content: [
            ...(content === 'picture'
              ? [{ type: 'file', mediaType: 'image/jpeg', data: await greySquare() } as const]
              : []),
            { type: 'text', text: 'Reply with the word "yes".' },
          ],
        },
      ],
      maxOutputTokens: 16,
      logprobs: false,
    }),
  }
}

async function greySquare(): Promise<{ type: 'data'; data: Uint8Array }> {
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: 'grey' } })
  return { type: 'data', data: await picture.jpeg().toBuffer() }
}
