/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | null | readonly Part[];

/** What no document may hold, control characters and halves of surrogate pairs, is shown as a box with a question mark. */
const unprintable = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string =>
  text.replace(unprintable, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** HTML in which every value is escaped, whatever it holds: `` html`<p>${name}</p>` ``. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(texts.map((text, i) => text + (i < parts.length ? shown(parts[i] ?? null) : '')).join(''));

function shown(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  return typeof part === 'object' ? part.map(shown).join('') : escaped(String(part));
}
