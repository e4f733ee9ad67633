import { knownInstead } from '../../dist/src/config/similar-names.js';

// CSV as spreadsheets write it (RFC 4180): commas, or semicolons where the first line has no comma.
const text = (cell) => cell;
const number = (cell) => (/^-?\d+$/.test(cell.trim()) ? Number(cell) : fail('expected a whole number'));
const flag = (cell) =>
  ({ true: true, false: false })[cell.trim().toLowerCase()] ?? fail('expected true or false');
const list = (cell) => cell.split('|').map((one) => one.trim());
const json = (cell) => {
  try {
    return JSON.parse(cell);
  } catch {
    return fail('expected JSON');
  }
};
function fail(detail) {
  throw new Error(detail);
}

/** Columns by the member of the request that they fill; dots lead into it. Several names stand in one cell, between `|`. */
const columns = {
  target: text,
  tenant: text,
  key: text,
  displayName: text,
  interactionServer: text,
  businessProcesses: list,
  'accessGroup.name': text,
  'accessGroup.accessMask': number,
  'person.userName': text,
  'person.employeeId': text,
  'person.firstName': text,
  'person.lastName': text,
  onExisting: text,
  'isolation.requireExclusive': flag,
  'restart.mode': text,
  'restart.stopMode': text,
  'restart.startAfter': text,
  notBefore: text,
  'window.notBefore': text,
  'window.notAfter': text,
  requireApproval: flag,
  externalReference: json,
};

/** @returns `{ items: [{ line, request }], faults }`; an empty cell is a member that is left out */
export function readCsv(source) {
  const { rows, faults } = rowsOf(source);
  const [head, ...body] = rows;
  if (head === undefined)
    return { items: [], faults: [{ line: 1, detail: 'there is no line with the names of columns' }] };
  const names = head.cells.map((cell) => cell.trim());
  names.forEach((name, i) => {
    if (!Object.hasOwn(columns, name))
      faults.push({
        line: head.line,
        detail: `"${name}" is not a known column.${knownInstead(name, Object.keys(columns))}`,
      });
    else if (names.indexOf(name) < i)
      faults.push({ line: head.line, detail: `the column "${name}" stands twice` });
  });
  if (faults.length > 0) return { items: [], faults };
  const items = body
    .filter(({ cells }) => cells.length > 1 || cells[0] !== '')
    .map(({ line, cells }) => {
      if (cells.length !== names.length)
        faults.push({ line, detail: `has ${cells.length} cells, and there are ${names.length} columns` });
      return { line, request: requestOf(names, cells, (detail) => faults.push({ line, detail })) };
    });
  return { items, faults };
}

function requestOf(names, cells, fault) {
  const request = {};
  names.forEach((name, i) => {
    const cell = cells[i] ?? '';
    if (cell.trim() === '') return;
    const path = name.split('.');
    const last = path.pop();
    const place = path.reduce((inside, part) => (inside[part] ??= {}), request);
    try {
      place[last] = columns[name](cell);
    } catch (error) {
      fault(`${name}: ${error.message}`);
    }
  });
  return request;
}

/** Rows with the line on which each begins: a quoted cell may hold line ends. */
function rowsOf(source) {
  const [first = ''] = source.split(/\r?\n/, 1);
  const separator = !first.includes(',') && first.includes(';') ? ';' : ',';
  const rows = [];
  const faults = [];
  let [line, at] = [1, 0];
  while (at < source.length) {
    const row = { line, cells: [] };
    for (;;) {
      const quoted = /"((?:[^"]|"")*)"/y;
      const bare = separator === ',' ? /[^,\r\n]*/y : /[^;\r\n]*/y;
      const pattern = source[at] === '"' ? quoted : bare;
      pattern.lastIndex = at;
      const match = pattern.exec(source);
      if (match === null) return { rows, faults: [{ line, detail: 'a quote is not closed' }] };
      row.cells.push(pattern === quoted ? match[1].replaceAll('""', '"') : match[0]);
      line += match[0].split('\n').length - 1;
      at = pattern.lastIndex;
      if (source[at] === separator) at += 1;
      else break;
    }
    rows.push(row);
    const end = /\r?\n|$/y;
    end.lastIndex = at;
    const match = end.exec(source);
    if (match === null) {
      faults.push({ line, detail: 'there is something between a closing quote and the end of its cell' });
      return { rows, faults };
    }
    at = end.lastIndex;
    line += 1;
  }
  return { rows, faults };
}
