// Plans, actions and findings in words for a person.
import { green, red, yellow } from './terminal.mjs';

const types = { 3: 'Person', 9: 'application', 21: 'access group' };
const rights = [
  [1, 'Read'],
  [2, 'Create'],
  [4, 'Change'],
  [8, 'Execute'],
  [16, 'Delete'],
];

/** `"Retail Inbound" to "retail-email-account"`: what an action is done to; the step says what kind of object it is. */
export function whatOf({ kind, object }) {
  const whom = object.for?.name;
  const word = { grant: 'to', 'add-member': 'with' }[kind];
  return `"${object.name}"${whom === undefined || word === undefined ? '' : ` ${word} "${whom}"`}`;
}

const maskOf = (mask) =>
  rights
    .filter(([bit]) => (mask & bit) !== 0)
    .map(([, name]) => name)
    .join(' + ') || `mask ${mask}`;

/** What an image says; `action` gives the names that the image has as numbers. */
export function imageOf(image, { kind, object }) {
  if (typeof image === 'string') return image;
  if (image === null) return kind === 'grant' ? 'no entry' : '–';
  if (image.accessMask !== undefined) return maskOf(image.accessMask);
  if (image.member !== undefined) return image.member ? 'member' : 'no member';
  if (image.primary !== undefined) return image.primary;
  if (kind === 'set-account') return accountOf(image, object);
  if (kind === 'create') return 'there, with our mark';
  return JSON.stringify(image);
}

function accountOf({ type, dbid }, object) {
  if (type === 21 && dbid === 98) return 'SYSTEM';
  const isOurs = object.for?.type === type && JSON.stringify(object.for.dbid) === JSON.stringify(dbid);
  return isOurs ? object.for.name : `${types[type] ?? `type ${type}`} ${JSON.stringify(dbid)}`;
}

export function planRow(action) {
  const [before, after] = [imageOf(action.before, action), imageOf(action.after, action)];
  // The present account written back, before anything is stopped.
  const isProof = JSON.stringify(action.before) === JSON.stringify(action.after);
  return [action.step, action.kind, whatOf(action), before, isProof ? `${after} (written back)` : after];
}

export function findingLine({ severity, code, detail, predicted }) {
  const word = severity === 'error' ? red('error  ') : yellow('warning');
  return `  ${word}  ${code}${predicted ? ' (predicted)' : ''}: ${detail}`;
}

export const stateWord = (state) =>
  state === 'completed'
    ? green(state)
    : ['failed', 'needs-attention', 'abandoned'].includes(state)
      ? red(state)
      : yellow(state);
