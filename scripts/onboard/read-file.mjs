// A file with a tenant's worth of solutions, held against the rules of the interface before anything is sent.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { faultsOf } from '../../dist/src/config/faults.js';
import { onboardRequest, unsupportedMembers } from '../../dist/src/solutions/onboard-request.js';
import { withDefaults } from '../../dist/src/solutions/rules/defaults.js';
import { BadFile, Unreadable } from './bad-file.mjs';
import { readCsv } from './csv.mjs';
import { readJson } from './json.mjs';

/**
 * @returns lines as `{ line, request, idempotencyKey }`
 * @throws BadFile with all that is wrong, between lines too
 */
export function readSolutions(file) {
  const source = textOf(file);
  const isJson = /\.json$/i.test(file) || (!/\.csv$/i.test(file) && /^\s*[[{]/.test(source));
  const { items, faults } = isJson ? readJson(source) : readCsv(source);
  const lines = items.map(({ line, request }) => ({ line, request: sorted(request) }));
  for (const { line, request } of lines)
    faults.push(...faultsIn(request).map((detail) => ({ line, detail })));
  if (lines.length === 0 && faults.length === 0)
    faults.push({ line: 1, detail: 'there is no solution in it' });
  if (faults.length === 0) faults.push(...conflictsIn(lines));
  if (faults.length > 0) throw new BadFile(file, faults);
  return lines.map((one) => ({ ...one, idempotencyKey: `file-${hashOf(one.request)}` }));
}

function textOf(file) {
  let bytes;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Unreadable(file, '--file', error);
  }
  try {
    // Also takes away the byte order mark that spreadsheets put in front.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BadFile(file, [{ detail: 'the file is not UTF-8; save it as UTF-8' }]);
  }
}

function faultsIn(request) {
  const parsed = onboardRequest.safeParse(request);
  if (!parsed.success)
    return faultsOf(parsed.error.issues, { schema: onboardRequest }).map(
      ({ pointer, detail }) => `${pointer || 'the request'} ${detail}`,
    );
  // A plan belongs to one run; a line is to be the same request in each.
  const ofOneRun = parsed.data.planId == null ? [] : ['/planId is not for a file'];
  return [
    ...unsupportedMembers(parsed.data).map(({ pointer, detail }) => `${pointer} ${detail}`),
    ...ofOneRun,
  ];
}

/** Names that two lines cannot both have. */
function conflictsIn(lines) {
  const named = new Set(lines.flatMap(({ request }) => request.target ?? []));
  // Whoever leaves the target out means the only one that is configured.
  const only = named.size === 1 ? [...named][0] : '';
  const first = new Map();
  return lines.flatMap(({ line, request }) => {
    const desired = withDefaults(request, { name: request.target ?? only, pairRebind: 'rolling' });
    return namesOf(desired).flatMap(([what, ...name]) => {
      const id = JSON.stringify([what, desired.target, ...name]);
      const other = first.get(id);
      if (other === undefined) first.set(id, line);
      return other === undefined
        ? []
        : [{ line, detail: `${what} "${name.at(-1)}" is that of line ${other} too` }];
    });
  });
}

const namesOf = ({ tenant, key, interactionServer, businessProcesses, accessGroup, person }) => [
  ['key', tenant, key],
  ['Interaction Server', interactionServer],
  ...businessProcesses.map((name) => ['Business Process', tenant, name]),
  ['access group', tenant, accessGroup.name],
  ['user name', person.userName],
  ['employee id', person.employeeId],
];

/** Members in one order, so that the same content is the same request however it is written. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

const hashOf = (request) => createHash('sha256').update(JSON.stringify(request)).digest('hex');
