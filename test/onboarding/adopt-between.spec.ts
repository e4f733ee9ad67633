import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { untilStanding } from '../saga/engine.js';
import { group, person, setUpByHand, whole } from './by-hand.js';
import { effectsSince } from './effects-log.js';
import { desired, Lab } from './lab.js';
import { world } from './later.js';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());
beforeEach(() => lab.control('POST', '/reset'));

const change = (body: unknown) => lab.control('POST', '/change', body);
const account = { type: group.type, name: group.name };
const annex = { 'solution-onboarding': { solution: 'another', operation: 'x' } };
const claimsIntake = { type: 12, name: 'Claims Intake' };
const { bound: _, ...unbound } = whole;
/** One entry is still to be written, so that there is a call between the two marks. */
const there = { ...unbound, entries: { 'Retail Inbound': 9, 'Retail Outbound': 9 } };

/** [what somebody does, the change, code, reason] */
type Case = readonly [string, object, string, string | null];
const notAdoptable = 'not-adoptable';

const withGroup: readonly Case[] = [
  [
    'a member joins it',
    { member: { group: account, person: { type: 3, name: 'designer' }, present: true } },
    notAdoptable,
    'foreign-members',
  ],
  ['it is disabled', { update: { object: account, attributes: { state: '2' } } }, notAdoptable, 'disabled'],
  ['another solution marks it', { update: { object: account, annex } }, notAdoptable, 'marked'],
  [
    'another server runs as it',
    { account: { application: 'IxnServer_Legacy', account } },
    notAdoptable,
    'account-of-others',
  ],
  [
    'it gets rights on Business Processes of others',
    { acl: { object: claimsIntake, account, accessMask: 1 } },
    'reads-other-business-processes',
    null,
  ],
];

const withPerson: readonly Case[] = [
  [
    'it joins another group',
    { member: { group: { type: 21, name: 'Routing designers' }, person, present: true } },
    notAdoptable,
    'other-groups',
  ],
  ['it is disabled', { update: { object: person, attributes: { state: '2' } } }, notAdoptable, 'disabled'],
  ['another solution marks it', { update: { object: person, annex } }, notAdoptable, 'marked'],
  [
    'another server runs as it',
    { account: { application: 'IxnServer_Legacy', account: person } },
    notAdoptable,
    'account-of-others',
  ],
  [
    'it gets rights on Business Processes of others',
    { acl: { object: claimsIntake, account: person, accessMask: 1 } },
    'reads-other-business-processes',
    null,
  ],
];

/** Onboards, and somebody changes something right before this call. @returns the position and every effect of ours */
async function changedBefore(match: object, skip: number, what: object) {
  await setUpByHand(change, there);
  await change(what);
  const expected = await world(lab);
  await lab.control('POST', '/reset');
  await setUpByHand(change, there);
  const { next } = (await lab.control('GET', '/log')) as { next: number };
  await lab.control('POST', '/faults', { match, skip, fault: { kind: 'change-behind', change: what } });
  const position = await untilStanding(lab.database, await lab.accept(desired({ onExisting: 'adopt' })));
  const lines = await effectsSince(lab, next);
  expect(lines.filter(({ actor }) => actor === 'behind')).toHaveLength(1);
  // What was there before and what somebody else has done, and nothing of ours.
  expect(await world(lab)).toEqual(expected);
  return { position, ours: lines.filter(({ actor }) => actor !== 'behind') };
}

const findingsOf = (step: string, steps: readonly { readonly name: string; readonly findings: unknown }[]) =>
  steps.find(({ name }) => name === step)?.findings;

const expectRefused = (
  { position }: Awaited<ReturnType<typeof changedBefore>>,
  step: string,
  code: string,
  reason: string | null,
): void => {
  expect(position).toMatchObject({ state: 'failed', error: { step, code } });
  expect(findingsOf('inspect-target', position.steps)).not.toContainEqual(
    expect.objectContaining({ severity: 'error' }),
  );
  const finding = { severity: 'error', code, ...(reason === null ? {} : { reason }) };
  expect(findingsOf(step, position.steps)).toContainEqual(expect.objectContaining(finding));
};

describe('Adopting refuses what has become unsafe since the inspection', () => {
  it.each(withGroup)('the group: %s', async (_what, what, code, reason) => {
    // The inspection asks for the group once; the second time it is to be marked.
    const match = { method: 'GET', path: `/access-groups\\?.*${group.name}` };
    const refused = await changedBefore(match, 1, what);
    expectRefused(refused, 'create-account', code, reason);
    expect(refused.ours).toEqual([]);
  });

  it.each(withPerson)('the Person: %s', async (_what, what, code, reason) => {
    const refused = await changedBefore({ method: 'PUT', path: '/acl' }, 0, what);
    expectRefused(refused, 'provision-person', code, reason);
    // Marked, given the entry that was missing, and both taken back; the Person was not touched.
    expect(refused.ours.map(({ effect, object: { name } }) => [effect, name])).toEqual([
      ['update', group.name],
      ['acl', 'Retail Complaints'],
      ['acl', 'Retail Complaints'],
      ['update', group.name],
    ]);
  });
});
