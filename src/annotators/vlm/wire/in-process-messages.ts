import sharp from 'sharp'
import { LabelwrightError } from '../../../core/error.ts'
import type { Call } from '../transport.ts'

/** A conversation as chat templates want it, and its pictures in their order. */
export interface Conversation {
  readonly messages: readonly { readonly role: string; readonly content: readonly Part[] }[]
  readonly pictures: readonly Uint8Array[]
}

type Part = { readonly type: 'text'; readonly text: string } | { readonly type: 'image' }

/** @throws {@link LabelwrightError} `bad-model` for parts that a model in this process cannot be given. */
export function conversationOf(prompt: Call['prompt']): Conversation {
  const pictures: Uint8Array[] = []
  const messages = prompt.map(({ role, content }) => {
    const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content
    return {
      role,
      content: parts.map((part): Part => {
        if (part.type === 'text') return { type: 'text', text: part.text }
        if (part.type !== 'file' || part.data.type !== 'data') throw unknownPart(part.type)
        const { data } = part.data
        pictures.push(typeof data === 'string' ? Buffer.from(data, 'base64') : data)
        return { type: 'image' }
      }),
    }
  })
  return { messages, pictures }
}

/** RGB bytes of a picture, shape `[height, width, 3]`. */
export async function decodeRgb(
  picture: Uint8Array,
): Promise<{ data: Uint8ClampedArray; width: number; height: number }> {
  const image = sharp(picture).removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' })
  const { data, info } = await image.toBuffer({ resolveWithObject: true })
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height }
}

function unknownPart(type: string): LabelwrightError {
  return new LabelwrightError(
    'bad-model',
    `A model in this process reads no "${type}" parts.`,
    'Send texts and pictures.',
  )
}
