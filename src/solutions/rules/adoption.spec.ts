import { expect, it } from 'vitest';
import { desired } from '../testing/world.js';
import type { AdoptionFacts } from './adoption.js';
import { adoptionFindings } from './adoption.js';
import { named } from './finding.js';
import { annexOf } from './mark.js';

type Group = NonNullable<AdoptionFacts['group']>;
type Person = NonNullable<AdoptionFacts['person']>;

const group = (is: Partial<Group['object']> = {}, more: Partial<Group> = {}): Group => ({
  object: {
    dbid: 300,
    tenantDbid: 1,
    name: 'retail-email-account',
    groupType: 1,
    state: 1,
    members: [],
    annex: { notes: { owner: 'Ana' } },
    ...is,
  },
  strangers: [],
  otherServers: [],
  reads: [],
  ...more,
});

const person = (is: Partial<Person['object']> = {}, more: Partial<Person> = {}): Person => ({
  object: {
    dbid: 301,
    tenantDbid: 1,
    userName: 'ixn-environment-retail-email',
    employeeId: 'E1',
    firstName: 'a',
    lastName: 'b',
    isAgent: false,
    state: 1,
    annex: {},
    ...is,
  },
  otherGroups: [],
  otherServers: [],
  reads: [],
  ...more,
});

const findings = (adoption: AdoptionFacts) =>
  adoptionFindings({
    adoption,
    desired: desired({ onExisting: 'adopt' }),
    config: { baseAccessGroups: ['Ixn servers base'] },
    tenant: { dbid: 1 },
  });

it('takes over what is plain, whatever else stands in its annex', () => {
  expect(findings({ group: group(), person: person() })).toEqual([]);
  expect(findings({ group: null, person: null })).toEqual([]);
});

const foreign = annexOf({ solution: 'another', operation: 'o' });
const claims = named(12, 'Claims Intake', 203);

it.each<[string, string, AdoptionFacts]>([
  ['a group of default access', 'special-group', { group: group({ groupType: 3 }), person: null }],
  ['EVERYONE', 'special-group', { group: group({ dbid: 97 }), person: null }],
  ['SYSTEM', 'special-group', { group: group({ dbid: 98 }), person: null }],
  ['a base group of the site', 'special-group', { group: group({ name: 'Ixn servers base' }), person: null }],
  ['a disabled group', 'disabled', { group: group({ state: 2 }), person: null }],
  ['members of others', 'foreign-members', { group: group({}, { strangers: ['designer'] }), person: null }],
  ['a group of another solution', 'marked', { group: group({ annex: foreign }), person: null }],
  [
    'half a mark',
    'marked',
    { group: group({ annex: { 'solution-onboarding': { solution: 'x' } } }), person: null },
  ],
  [
    'a group that a server runs as',
    'account-of-others',
    { group: group({}, { otherServers: ['S'] }), person: null },
  ],
  ['a group of unseen rights', 'rights-unseen', { group: group({}, { reads: 'cannot-tell' }), person: null }],
  ['an agent', 'agent', { group: null, person: person({ isAgent: true }) }],
  ['a disabled Person', 'disabled', { group: null, person: person({ state: 2 }) }],
  ['a Person of another tenant', 'other-tenant', { group: null, person: person({ tenantDbid: 2 }) }],
  ['a Person of another solution', 'marked', { group: null, person: person({ annex: foreign }) }],
  [
    'a Person in other groups',
    'other-groups',
    { group: null, person: person({}, { otherGroups: ['Routing designers'] }) },
  ],
  [
    'a Person of other servers',
    'account-of-others',
    { group: null, person: person({}, { otherServers: ['S'] }) },
  ],
  [
    'a Person of unseen rights',
    'rights-unseen',
    { group: null, person: person({}, { reads: 'cannot-tell' }) },
  ],
])('does not take over %s', (_, reason, adoption) => {
  const object = adoption.group?.object.name ?? adoption.person?.object.userName;
  expect(findings(adoption)).toMatchObject([
    { severity: 'error', code: 'not-adoptable', reason, object: { name: object } },
  ]);
});

it('does not take over what reads Business Processes that were not asked for', () => {
  const all = findings({ group: group({}, { reads: [claims] }), person: person({}, { reads: [claims] }) });
  expect(all).toMatchObject([
    { code: 'reads-other-business-processes', object: { dbid: 300 }, objects: [claims] },
    { code: 'reads-other-business-processes', object: { dbid: 301 }, objects: [claims] },
  ]);
});

it('says all that speaks against it at once', () => {
  const all = findings({
    group: group({ state: 2 }, { strangers: ['a', 'b'] }),
    person: person({ isAgent: true, tenantDbid: 9 }),
  });
  expect(all.map(({ reason }) => reason)).toEqual(['disabled', 'foreign-members', 'other-tenant', 'agent']);
});
