import type { LanguageModelV4FilePart, LanguageModelV4Prompt, LanguageModelV4TextPart } from '@ai-sdk/provider'
import type { Item } from '../../../core/item.ts'
import type { Picture } from '../picture.ts'
import type { Prompt } from './prompt.ts'

/**
 * The messages of a prompt: for every shot a turn of the user's and the reply to it, then the turn about the item. Pictures stand before
 * the text about them.
 *
 * @param pictureOf - Undefined for a text.
 */
export async function messagesOf(
  prompt: Prompt,
  item: Item,
  pictureOf: (item: Item) => Pick<Picture, 'mediaType' | 'encode'> | undefined,
): Promise<LanguageModelV4Prompt> {
  const turn = async (about: Item, text: string): Promise<LanguageModelV4Prompt[number]> => {
    const picture = pictureOf(about)
    return { role: 'user', content: picture ? [await filePart(picture), textPart(text)] : [textPart(text)] }
  }
  const messages: LanguageModelV4Prompt = []
  for (const shot of prompt.shots) {
    messages.push(await turn(shot.item, shot.text), { role: 'assistant', content: [textPart(shot.reply)] })
  }
  return [...messages, await turn(item, prompt.text)]
}

function textPart(text: string): LanguageModelV4TextPart {
  return { type: 'text', text }
}

async function filePart(picture: Pick<Picture, 'mediaType' | 'encode'>): Promise<LanguageModelV4FilePart> {
  return { type: 'file', mediaType: picture.mediaType, data: { type: 'data', data: await picture.encode() } }
}
