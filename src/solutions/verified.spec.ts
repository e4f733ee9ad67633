import { expect, it } from 'vitest';
import type { Finding, PlannedAction } from '../saga/action.js';
import { driftOf, isolationOf } from './verified.js';

const action = (kind: PlannedAction['kind'], more: Partial<PlannedAction> = {}) => ({
  kind,
  object: { type: 9, name: 'S', dbid: 1 },
  before: null,
  after: null,
  stage: 1,
  step: 'rebind-server',
  ...more,
});
const finding = (severity: Finding['severity'], code: string, more: object = {}): Finding => ({
  severity,
  code,
  detail: '',
  object: null,
  ...more,
});

it('an action that only proves a right is no drift', () => {
  const always = action('set-account', { always: true });
  expect(driftOf({ actions: [always, action('grant')] })).toEqual([action('grant')]);
});

it.each([
  ['nothing to do, nothing found', 'verified', [], []],
  [
    'warnings only',
    'verified',
    [],
    [finding('warning', 'shared-reader'), finding('warning', 'service-interruption')],
  ],
  ['a right of ours is missing', 'verified', [action('grant')], []],
  ['a right is only proven', 'verified', [action('set-account', { always: true })], []],
  ['the server runs as another account', 'violated', [action('set-account')], []],
  ['the account reads others', 'violated', [], [finding('error', 'reads-other-business-processes')]],
  ['another solution reads ours', 'violated', [], [finding('error', 'read-by-other-solution')]],
  ['a shared reader, where none may be', 'violated', [], [finding('error', 'shared-reader')]],
  [
    'a violation that is only predicted',
    'unverified',
    [],
    [finding('error', 'reads-other-business-processes', { predicted: true })],
  ],
  ['the look ended early', 'unverified', [], [finding('error', 'unknown-business-process')]],
  ['the account is gone', 'unverified', [action('create')], []],
] as const)('%s: %s', (_, expected, actions, findings) => {
  expect(isolationOf({ actions, findings })).toBe(expected);
});
