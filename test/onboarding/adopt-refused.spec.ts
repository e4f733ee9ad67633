import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reading } from '../../src/saga/call.js';
import { untilStanding } from '../saga/engine.js';
import type { ByHand } from './by-hand.js';
import { group, person, setUpByHand, whole } from './by-hand.js';
import { desired, Lab } from './lab.js';
import { world } from './later.js';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());
beforeEach(() => lab.control('POST', '/reset'));

const adopting = () => desired({ onExisting: 'adopt' });
const change = (body: unknown) => lab.control('POST', '/change', body);
const designer = { type: 3, name: 'designer' };
const marked = { 'solution-onboarding': { solution: 'another', operation: 'x' } };
const inGroup = (name: string, who: object) =>
  change({ member: { group: { type: 21, name, tenantDbid: 1 }, person: who, present: true } });
const reads = (account: object) =>
  change({ acl: { object: { type: 12, name: 'Claims Intake' }, account, accessMask: 1 } });

const { bound: _bound, base: _base, member: _member, ...apart } = whole;

describe('Adopting refuses before its first effect', () => {
  it.each<[string, string, ByHand, () => Promise<unknown>]>([
    ['a group of another type', 'special-group', { group: true, groupIs: { type: '3' } }, none],
    ['members of others', 'foreign-members', whole, () => inGroup(group.name, designer)],
    ['a disabled group', 'disabled', { group: true, groupIs: { state: '2' } }, none],
    ['a group of another solution', 'marked', { group: true, annex: marked }, none],
    ['a Person of another solution', 'marked', { person: true, annex: marked }, none],
    ['an agent', 'agent', { person: true, personIs: { isAgent: '2' } }, none],
    ['a disabled Person', 'disabled', { person: true, personIs: { state: '2' } }, none],
    ['a Person in other groups', 'other-groups', apart, () => inGroup('Routing designers', person)],
    [
      'the account of another server',
      'account-of-others',
      whole,
      () => change({ account: { application: 'IxnServer_Legacy', account: person } }),
    ],
  ])('%s', async (_, reason, there, more) => {
    await setUpByHand(change, there);
    await more();
    await refused({ code: 'not-adoptable', reason });
  });

  it('a Person of another tenant', async () => {
    const tenants = await lab.targets.get('lab').objects.find(reading, 'tenant', { name: 'Branch' });
    await setUpByHand(change, { person: true, personIs: { tenantDBID: String(tenants[0]?.dbid) } });
    await refused({ code: 'not-adoptable', reason: 'other-tenant' });
  });

  it.each([
    ['group', group],
    ['Person', person],
  ])('a %s that reads Business Processes of others', async (_, who) => {
    await setUpByHand(change, apart);
    await reads(who);
    await refused({ code: 'reads-other-business-processes', object: { name: who.name } });
  });

  it('a name that is taken, where it is not asked for, and says that it may be', async () => {
    await setUpByHand(change, whole);
    const { findings } = await lab.plan(desired());
    const taken = findings.filter(({ code }) => code === 'name-taken');
    expect(taken.map(({ object }) => (object as { name: string }).name)).toEqual([group.name, person.name]);
    for (const { detail } of taken) expect(detail).toContain('"adopt"');
  });

  it('an employeeId that somebody else has, as without the word', async () => {
    const personIs = { userName: 'somebody.else', employeeID: 'IXN-RETAIL-EMAIL' };
    await setUpByHand(change, { person: true, personIs });
    await refused({ code: 'name-taken', object: { name: 'somebody.else' } });
  });
});

function none(): Promise<unknown> {
  return Promise.resolve();
}

/** Said by the plan and by the operation, which then has changed nothing. */
async function refused(finding: Record<string, unknown>): Promise<void> {
  const before = await world(lab);
  const plan = await lab.plan(adopting());
  expect(plan.actions).toEqual([]);
  const errors = plan.findings.filter(({ severity }) => severity === 'error');
  expect(errors).toContainEqual(expect.objectContaining(matching(finding)));
  const position = await untilStanding(lab.database, await lab.accept(adopting()));
  expect(position).toMatchObject({ state: 'failed', error: { step: 'inspect-target' }, actions: [] });
  expect(await world(lab)).toEqual(before);
}

const matching = (finding: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(finding).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null ? (expect.objectContaining(value) as unknown) : value,
    ]),
  );
