/** A list of onboarding requests. @returns `{ items: [{ line, request }], faults }` */
export function readJson(source) {
  let requests;
  try {
    requests = JSON.parse(source);
  } catch (error) {
    const at = /position (\d+)/.exec(error.message)?.[1];
    const line = at === undefined ? 1 : lineAt(source, Number(at));
    return { items: [], faults: [{ line, detail: 'this is not JSON' }] };
  }
  if (!Array.isArray(requests))
    return { items: [], faults: [{ line: 1, detail: 'expected a list of requests' }] };
  const starts = startsOfItems(source);
  return {
    items: requests.map((request, i) => ({ line: lineAt(source, starts[i] ?? 0), request })),
    faults: [],
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
