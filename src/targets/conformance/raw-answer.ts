import type { HttpAnswer } from '../http/message.js';
import { headerOf, objectOf, sentenceOf } from '../http/message.js';
import { describe, unpack } from '../gws/platform-code.js';
import type { Wire } from '../gws/wire.js';
import { integerOf, textOf } from '../gws/wire.js';

/** An answer as it came over the wire: our clients read past differences that a conformance check is about. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  /** The body as a JSON object; undefined when it is anything else. */
  readonly body: Wire | undefined;
  header(name: string): string | undefined;
}

export const rawAnswer = (answer: HttpAnswer): RawAnswer => ({
  status: answer.status,
  text: answer.text,
  body: objectOf(answer),
  header: (name) => headerOf(answer, name),
});

export const isOk = ({ status, body }: RawAnswer): boolean =>
  status < 300 && integerOf(body?.['statusCode']) === 0;

/** Error type of a refusal by Configuration Server, through whichever channel; null when none is said. */
export function errorTypeOf({ body }: RawAnswer): number | null {
  const platformCode = integerOf(body?.['platformCode']);
  if (platformCode !== null && platformCode > 0) return unpack(platformCode).errorType;
  return integerOf(body?.['errorType']);
}

/** Codes and sentence of an answer, for a person. */
export function inWords({ status, body, text }: RawAnswer): string {
  const statusCode = integerOf(body?.['statusCode']);
  const platformCode = integerOf(body?.['platformCode']);
  const errorType = integerOf(body?.['errorType']);
  const said = sentenceOf(textOf(body?.['statusMessage']) || textOf(body?.['message']) || '');
  return [
    `HTTP ${status}`,
    ...(statusCode === null ? [] : [`statusCode ${statusCode}`]),
    ...(platformCode === null ? [] : [`platformCode ${platformCode} (${describe(unpack(platformCode))})`]),
    ...(errorType === null ? [] : [`error type ${errorType}`]),
    ...(said === '' ? [] : [`"${said}"`]),
    ...(body === undefined && text !== '' ? [`not JSON: "${sentenceOf(text).slice(0, 80)}"`] : []),
  ].join(', ');
}
