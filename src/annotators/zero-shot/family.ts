/** What dual encoders of one kind have in common and their files do not say. */
export interface Family {
  /** Whether classes compete (`softmax`), or each is judged alone (`sigmoid`). */
  readonly loss: 'softmax' | 'sigmoid'
  /** Factor and offset of a cosine, as trained; the factor where the configuration does not say. */
  readonly scale: number
  readonly bias: number
  readonly maxTokens: number
  /** Texts are filled up to `maxTokens`, as in training. */
  readonly padded: boolean
  readonly lowerCase: boolean
  readonly templates: readonly string[]
}

const english = ['a photo of a {}.', 'a photo of the {}.', 'a picture of a {}.', 'this is a photo of {}.']

// Scale 100 is where CLIP's training stops it. SigLIP's are those of its base model; others are within a few percent.
const siglip: Family = {
  loss: 'sigmoid',
  scale: 117.33,
  bias: -12.93,
  maxTokens: 64,
  padded: true,
  lowerCase: true,
  templates: english,
}
const clip: Family = {
  loss: 'softmax',
  scale: 100,
  bias: 0,
  maxTokens: 77,
  padded: false,
  lowerCase: false,
  templates: english,
}

/**
 * By `model_type` of config.json.
 *
 * @see Radford et al., Learning Transferable Visual Models From Natural Language Supervision, ICML 2021 (CLIP); Zhai et al., Sigmoid Loss
 *   for Language Image Pre-Training, ICCV 2023 (SigLIP).
 */
export const families: ReadonlyMap<string, Family> = new Map([
  ['clip', clip],
  ['siglip', siglip],
  ['siglip2', siglip],
  ['chinese_clip', { ...clip, maxTokens: 52, padded: true, templates: ['{}的照片。', '一张{}的照片。'] }],
])
