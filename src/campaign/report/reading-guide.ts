import { html, type Markup } from './markup.ts'

/** What the words on the page mean. */
export function readingGuide(): Markup {
  return html`<section id="reading">
    <h2>How to read this page</h2>
    <dl>
      <div>
        <dt>Expected right</dt>
        <dd>
          The mean of each item’s highest probability: how many labels would be right if every probability were true. It
          is a judgement from within; the certificate is the one from outside.
        </dd>
      </div>
      <div>
        <dt>Truly right</dt>
        <dd>
          Known only when the labels were known beforehand, as in simulations. No annotator but an oracle sees them.
        </dd>
      </div>
      <div>
        <dt>Certificate</dt>
        <dd>
          A bound from a uniform random audit of the items that no person had labelled (Clopper–Pearson). It speaks for
          all labels, counts people’s own as right, and holds whatever the models did.
        </dd>
      </div>
      <div>
        <dt>People alone</dt>
        <dd>
          The same campaign without models: what the same money buys, and what the same accuracy costs, if people answer
          every question.
        </dd>
      </div>
      <div>
        <dt>Channel</dt>
        <dd>
          How often an annotator gives each answer to each true class, estimated on trusted items. Mistakes that are
          known can be corrected: an annotator may be often wrong and still worth its price.
        </dd>
      </div>
      <div>
        <dt>Earned weight</dt>
        <dd>
          How far an annotator’s answers are believed, from 0 to 1, chosen so that they predict trusted items best. A
          useless annotator earns 0.
        </dd>
      </div>
    </dl>
  </section>`
}
