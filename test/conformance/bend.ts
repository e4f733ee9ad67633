import type { Json } from '../simulator/world.js';
import type { Bend, BentAnswer } from './lab.js';

/** Bends what is answered to requests whose path matches. */
export const on =
  (path: RegExp, bend: (json: Json, text: string) => BentAnswer | undefined, method = 'GET'): Bend =>
  (request, { text, status }) => {
    if (request.method !== method || !path.test(decodeURIComponent(request.path)) || status === 412)
      return undefined;
    return bend(jsonOf(text), text);
  };
const jsonOf = (text: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};
export const says = (json: unknown, status = 200): BentAnswer => ({ status, text: JSON.stringify(json) });
export const empty = (collection: string) => says({ statusCode: 0, [collection]: [] });
export const error = { errorType: 0, objectType: 0, objectProperty: 0, message: 'no' };
