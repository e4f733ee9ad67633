import { expect, it } from 'vitest';
import type { Finding, PlannedAction } from '../../saga/action.js';
import type { IgnoreRule } from '../../config/ignore-rules.js';
import { driftOf, isolationOf, verdictOf } from './verdict.js';

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
  ['the database is shared', 'violated', [], [finding('error', 'shared-database')]],
  ['the database is shared beyond the tenant', 'verified', [], [finding('warning', 'shared-database')]],
  ['nobody can tell the state of a server', 'verified', [], [finding('error', 'server-state-unknown')]],
  ['rights cannot be seen', 'unverified', [], [finding('warning', 'rights-unseen')]],
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

const place = { tenant: 'Environment', key: 'retail', nowMs: 0 };
const judged = (
  actions: readonly ReturnType<typeof action>[],
  findings: readonly Finding[],
  rules: readonly IgnoreRule[] = [],
) => verdictOf({ actions, findings }, rules, place);

it.each([
  ['nothing differs', 'holds', [], []],
  ['warnings', 'holds', [], [finding('warning', 'shared-reader')]],
  ['a right is only proven', 'holds', [action('set-account', { always: true })], []],
  ['a right is missing', 'drifted', [action('grant')], []],
  ['a Business Process is gone', 'drifted', [], [finding('error', 'unknown-business-process')]],
  ['it is violated', 'drifted', [], [finding('error', 'read-by-other-solution')]],
  ['a server is on its way', 'undecided', [], [finding('error', 'server-state-unknown')]],
  [
    'a server is on its way and something else is wrong',
    'drifted',
    [],
    [finding('error', 'server-state-unknown'), finding('error', 'object-disabled')],
  ],
  ['nobody can see the rights', 'holds', [], [finding('warning', 'rights-unseen')]],
] as const)('when %s, the solution %s', (_, condition, actions, findings) => {
  expect(judged(actions, findings).condition).toBe(condition);
});

it('an ignored difference is no drift, and is shown with its reason', () => {
  const rules = [{ action: 'grant', reason: 'set by hand until March' }];
  const { condition, drift } = judged([action('grant')], [], rules);
  expect(condition).toBe('holds');
  expect(drift).toMatchObject({ kept: [], ignored: [{ ignoredBecause: 'set by hand until March' }] });
});

it('no rule makes an isolation hold that does not', () => {
  const rules = [
    { action: 'set-account', reason: 'x' },
    { code: 'read-by-other-solution', reason: 'x' },
  ];
  expect(judged([action('set-account')], [], rules)).toMatchObject({
    isolation: 'violated',
    condition: 'drifted',
  });
  expect(judged([], [finding('error', 'read-by-other-solution')], rules)).toMatchObject({
    isolation: 'violated',
    condition: 'drifted',
    findings: { ignored: [] },
  });
});
