import { lookAtJson } from '../../dist/src/config/json-text.js';

/** A list of onboarding requests. @returns `{ items: [{ line, request }], faults }` */
export function readJson(source) {
  const { fault, doubled } = lookAtJson(source);
  if (fault !== null) {
    const { line, column, expected } = fault;
    return {
      items: [],
      faults: [{ line, detail: `this is not JSON from column ${column} on: expected ${expected}` }],
    };
  }
  const requests = JSON.parse(source);
  if (!Array.isArray(requests))
    return { items: [], faults: [{ line: 1, detail: 'expected a list of requests' }] };
  const starts = startsOfItems(source);
  const lineOf = (i) => lineAt(source, starts[i] ?? 0);
  return {
    items: requests.map((request, i) => ({ line: lineOf(i), request })),
    faults: doubled.map((pointer) => {
      const [, i, ...rest] = pointer.split('/');
      return { line: lineOf(Number(i)), detail: `/${rest.join('/')} stands twice; write it once` };
    }),
  };
}

const lineAt = (source, offset) => source.slice(0, offset).split('\n').length;

/** Where each item of the outermost list begins, in text that is known to be JSON. */
function startsOfItems(source) {
  const starts = [];
  const token = /"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s,:[\]{}"]+/g;
  let depth = 0;
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    const [text] = match;
    const closes = text === ']' || text === '}';
    if (depth === 1 && !closes) starts.push(match.index);
    if (text === '[' || text === '{') depth += 1;
    else if (closes) depth -= 1;
  }
  return starts;
}
