// Plans, actions and findings in words for a person.
import { green, red, yellow } from './terminal.mjs';

const types = {
  3: 'Person',
  7: 'tenant',
  9: 'application',
  10: 'host',
  12: 'Business Process',
  21: 'access group',
};
const rights = [
  [1, 'Read'],
  [2, 'Create'],
  [4, 'Change'],
  [8, 'Execute'],
  [16, 'Delete'],
];

export const objectOf = ({ type, name }) => `${types[type] ?? `type ${type}`} "${name}"`;

/** `grant Business Process "Retail Inbound" to "retail-email-account"` without its verb. */
export function whatOf({ kind, object }) {
  const whom = object.for?.name;
  if (whom === undefined || kind === 'switch-over') return objectOf(object);
  if (kind === 'set-account') return objectOf(object);
  return `${objectOf(object)} ${kind === 'grant' || kind === 'revoke' ? 'to' : '←'} "${whom}"`;
}

const maskOf = (mask) =>
  rights
    .filter(([bit]) => (mask & bit) !== 0)
    .map(([, name]) => name)
    .join(' + ') || `mask ${mask}`;

/** What an image says; `action` gives the names that the image has as numbers. */
export function imageOf(image, { kind, object }) {
  if (typeof image === 'string') return image;
  if (image === null) return kind === 'grant' || kind === 'revoke' ? 'no entry' : '–';
  if (image.accessMask !== undefined) return maskOf(image.accessMask);
  if (image.member !== undefined) return image.member ? 'member' : 'no member';
  if (image.primary !== undefined) return `"${image.primary}" primary`;
  if (kind === 'set-account') return accountOf(image, object);
  if (kind === 'create') return 'created, with our mark';
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
  return [action.step, action.kind, whatOf(action), before, isProof ? `${after} (proves the right)` : after];
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
