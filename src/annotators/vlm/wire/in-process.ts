import type { Tensor } from '@huggingface/transformers'
import type { Clock } from '../../../core/clock.ts'
import { LabelwrightError, messageOf } from '../../../core/error.ts'
import { badModel } from '../../local-model/model-files.ts'
import type { Exchange } from '../exchange.ts'
import type { Call } from '../transport.ts'
import type { Chat } from './chat.ts'
import { conversationOf, decodeRgb, type Conversation } from './in-process-messages.ts'
import { loadInProcessModel, type InProcessModel, type InProcessModelOptions } from './in-process-model.ts'
import { loadTransformers, type Transformers } from './load-transformers.ts'

export interface InProcessOptions extends InProcessModelOptions {
  readonly clock: Clock
}

const usualMaxTokens = 256

/**
 * Opens a generative vision-language model in this process, through the optional peer `@huggingface/transformers`. One reply is written at a
 * time; the most likely one at temperature 0. It takes no schema and gives no log-probabilities: the wording asks for the form.
 *
 * @throws {@link LabelwrightError} `peer-missing`, `bad-model-name`, `model-unreachable` or `bad-model`; when asked, `bad-model`.
 */
export async function openInProcessChat(options: InProcessOptions): Promise<Chat> {
  const transformers = await loadTransformers()
  const loaded = await loadInProcessModel(transformers, options)
  let last: Promise<unknown> = Promise.resolve()

  const reply = async (call: Call): Promise<Exchange> => {
    const start = options.clock.now()
    const said = await write(transformers, loaded, call).catch((thrown: unknown) => {
      if (thrown instanceof LabelwrightError) throw thrown
      throw badModel(options.model, messageOf(thrown), 'Choose a model that reads pictures and writes text.', thrown)
    })
    return { ...said, seconds: (options.clock.now() - start) / 1000 }
  }
  return (call) => {
    const mine = last.then(() => reply(call))
    last = mine.catch(() => undefined)
    return mine
  }
}

async function write(
  transformers: Transformers,
  { processor, model }: InProcessModel,
  call: Call,
): Promise<Omit<Exchange, 'seconds'>> {
  const inputs = await inputsOf(transformers, processor, conversationOf(call.prompt))
  const temperature = call.temperature ?? 0
  const sequence = (await model.generate({
    ...inputs,
    max_new_tokens: call.maxOutputTokens ?? usualMaxTokens,
    ...(temperature > 0 ? { do_sample: true, temperature } : { do_sample: false }),
  })) as Tensor
  const read = inputs.input_ids.dims.at(-1)!
  const written = sequence.slice(null, [read, sequence.dims.at(-1)!])
  const [ids] = written.tolist() as bigint[][]
  const ended = endTokens(model).includes(Number(ids!.at(-1)))
  return {
    text: processor.batch_decode(written, { skip_special_tokens: true })[0]!.trim(),
    finishReason: ended ? 'stop' : 'length',
    usage: { input: read, output: ids!.length },
  }
}

interface Inputs {
  readonly input_ids: Tensor
}

async function inputsOf(
  transformers: Transformers,
  processor: InProcessModel['processor'],
  { messages, pictures }: Conversation,
): Promise<Inputs> {
  const template = processor.apply_chat_template.bind(processor) as unknown as (
    messages: Conversation['messages'],
    options: { add_generation_prompt: boolean },
  ) => string
  const text = template(messages, { add_generation_prompt: true })
  if (pictures.length === 0) return processor.tokenizer!(text) as Inputs
  const images = await Promise.all(
    pictures.map(async (picture) => {
      const { data, width, height } = await decodeRgb(picture)
      return new transformers.RawImage(data, width, height, 3)
    }),
  )
  // The package's processors disagree on the order of their arguments.
  const { LlavaProcessor, PaliGemmaProcessor, Florence2Processor, PixtralProcessor, Lfm2VlProcessor } = transformers
  const picturesFirst = [LlavaProcessor, PaliGemmaProcessor, Florence2Processor, PixtralProcessor, Lfm2VlProcessor]
  const arranged = picturesFirst.some((kind) => processor instanceof kind) ? [images, text] : [text, images]
  return (processor as unknown as (...given: unknown[]) => Promise<Inputs>)(...arranged)
}

/** The tokens that end a reply, which may stand in three places. */
function endTokens(model: InProcessModel['model']): number[] {
  type Ends = { eos_token_id?: number | number[] | null; text_config?: Ends } | null
  const config = model.config as Ends
  const ends =
    (model.generation_config as Ends)?.eos_token_id ?? config?.text_config?.eos_token_id ?? config?.eos_token_id
  return [ends ?? []].flat()
}
