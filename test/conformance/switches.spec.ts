import { describe, expect, it } from 'vitest';
import { targetConfig, type TargetInput } from '../../src/config/targets-file.js';
import type { Switches } from '../../src/simulator/world/switches.js';
import { brokenIn, factOf, useLab } from './lab.js';

const place = useLab();

const withConventions = (conventions: NonNullable<TargetInput['conventions']>) => ({ conventions });

describe('the simulator as it starts', () => {
  it('breaks nothing that is only read, and says of all else that it needs objects of its own', async () => {
    const result = await place.lab.check();
    expect(brokenIn(result)).toEqual([]);
    expect(factOf(result, 'member-added')).toMatchObject({ verdict: 'unknown', questions: [1] });
    expect(await place.lab.world.log()).toEqual([]);
  });

  it('breaks nothing with objects of its own, and is as it was afterwards', async () => {
    const before = await place.lab.world.world();
    const result = await place.lab.check({ scratch: true });
    expect(brokenIn(result)).toEqual([]);
    expect(result.leftBehind).toEqual([]);
    expect(await place.lab.world.world()).toEqual(before);
    const unknown = result.facts.filter(({ verdict }) => verdict === 'unknown').map(({ id }) => id);
    expect(unknown).toEqual([
      'bit-128',
      'way-of-writing',
      'minimum-rights',
      'designer-writes',
      'running-server-notices',
      'pair-checked-at-start',
      'state-eight',
      'switch-over',
    ]);
  });

  it('settles or names each open question', async () => {
    const { facts } = await place.lab.check();
    const asked = new Set(facts.flatMap(({ questions }) => questions));
    expect([...asked].sort((a, b) => a - b)).toEqual(Array.from({ length: 17 }, (_, i) => i + 1));
  });
});

describe('a switch that breaks what we rely on', () => {
  const cases: [Partial<Switches>, string, RegExp][] = [
    [{ features: 'read-only' }, 'group-created', /api-platform-configuration-write/],
    [{ groupAnnex: 'beside' }, 'group-annex', /set conventions.accessGroupAnnex to "access-group"/],
    [{ membersSpelling: 'addedMemberIDs' }, 'member-added', /accessGroupMembers to "addedMemberIDs"/],
    [{ membersIn: 'delta-access-group' }, 'member-added', /accessGroupMembersIn to "delta-access-group"/],
    [{ memberItems: 'bare' }, 'member-added', /accessGroupMemberItems to "bare"/],
    [{ errorTypeNoPermission: 77 }, 'no-permission', /set conventions.errorTypeNoPermission to 77/],
    [{ errorTypeInUse: 78 }, 'account-holds-person', /set conventions.errorTypeInUse to 78/],
    [{ noDefaultAccess: false }, 'no-default-access', /"confserv" gives default privileges/],
    [{ noDefaultAccess: false }, 'person-without-rights', /8 of 8|7 of 8/],
    [{ pairAccountUpdate: 'refused' }, 'pair-takes-unlike-accounts', /pair-account-refused/],
    [{ pairRule: 'update' }, 'pair-takes-unlike-accounts', /pair-account-refused/],
    [{ bridgeUser: 'agent.miller' }, 'bridge-lists', /lacks Read permissions/],
    [{ bridgeUser: 'observer' }, 'list-written', /HTTP 403/],
  ];
  it.each(cases)('%j: %s', async (switches, id, found) => {
    const before = await place.lab.world.world();
    await place.lab.world.switch(switches);
    const asBefore = switches.noDefaultAccess === false ? await place.lab.world.world() : before;
    const result = await place.lab.check({ scratch: true });
    const fact = factOf(result, id);
    expect(fact.verdict, JSON.stringify(fact)).toBe('broken');
    expect(fact.found).toMatch(found);
    expect(await place.lab.world.world()).toEqual(asBefore);
  });

  it('is mended by the setting that it names', async () => {
    await place.lab.world.switch({
      groupAnnex: 'beside',
      membersSpelling: 'addedMemberIDs',
      memberItems: 'bare',
    });
    await place.lab.world.switch({ errorTypeNoPermission: 77, errorTypeInUse: 78 });
    const conventions = withConventions({
      accessGroupAnnex: 'access-group',
      accessGroupMembers: 'addedMemberIDs',
      accessGroupMemberItems: 'bare',
      errorTypeNoPermission: 77,
      errorTypeInUse: 78,
    });
    expect(brokenIn(await place.lab.check({ scratch: true }, conventions))).toEqual([]);
  });
});

describe('switches that we can live with', () => {
  const groups: [Partial<Switches>, Record<string, RegExp>][] = [
    [
      {
        csrf: false,
        membersWrapped: 'CfgID',
        serverInfoMember: 'serverInfo',
        scalarsInAnswers: 'numbers',
        emptyListsOmitted: true,
        unknownMembers: 'ignored',
        filtersUnknownKey: 'ignored',
        accountFiltersSingly: false,
        aclOfDeleted: 'cleaned',
        pairAccountUpdate: 'mirrored',
      },
      {
        'session-and-csrf': /off/,
        'csrf-refusal': /no token/,
        'member-items': /CfgID/,
        'server-structure': /serverInfo/,
        scalars: /number/,
        'lists-in-objects': /left out/,
        'unknown-members-sent': /accepted/,
        'filter-unknown-key': /ignored/,
        'account-filter-singly': /refused/,
        'entries-of-deleted': /goes with/,
        'pair-takes-unlike-accounts': /mirrored/,
      },
    ],
    [
      {
        csrfRefusal: 'json',
        permissionRefusal: '403/5',
        oneElementListsBare: true,
        dbidInPost: 'ignored',
        numbersInBody: 'accepted',
        filterWrongType: 'empty',
        noMatch: 'not-found',
        manyWithMissing: 'refused',
        aclOrder: 'reversed',
        personDbidListsEveryone: true,
      },
      {
        'csrf-refusal': /envelope/,
        'no-permission': /HTTP 403, statusCode 5/,
        'lists-in-objects': /bare/,
        'dbid-sent': /accepted/,
        'numbers-sent': /accepted/,
        'filter-wrong-type': /HTTP 404/,
        'no-match': /not found/,
        'rights-on-a-missing-one': /halves/,
        'list-written': /written/,
        'person-groups': /EVERYONE is among/,
      },
    ],
    [
      {
        signInNeedsGroup: true,
        tenantDbidsScalar: true,
        filterWrongType: 'ignored',
        filterQuotesInside: 'refused',
        employeeIdScope: 'database',
      },
      {
        'no-permission': /error type 201/,
        'lists-in-objects': /bare/,
        'filter-wrong-type': /answers 2/,
        'filter-quotes-inside': /refused/,
        'person-created': /DBID/,
      },
    ],
  ];
  it.each(groups)('%j are said, and break nothing', async (switches, said) => {
    const before = await place.lab.world.world();
    await place.lab.world.switch(switches);
    const result = await place.lab.check({ scratch: true });
    for (const [id, found] of Object.entries(said)) expect(factOf(result, id).found, id).toMatch(found);
    expect(brokenIn(result)).toEqual([]);
    expect(result.leftBehind).toEqual([]);
    expect(await place.lab.world.world()).toEqual(before);
  });
});

it('asks nothing of a channel that a person works', async () => {
  const before = await place.lab.world.world();
  const manual = { driver: 'manual', assignee: null, dueMs: 1_000, remindMs: 1_000 } as const;
  const config = { ...targetConfig(place.lab.input()), security: manual, control: manual };
  const result = await place.lab.checkAs(config, { scratch: true });
  expect(brokenIn(result)).toEqual([]);
  const [written, added] = [factOf(result, 'list-written'), factOf(result, 'member-added')];
  expect(written).toMatchObject({ verdict: 'unknown', found: 'security is worked by a person here' });
  expect(added.verdict).toBe('held');
  expect(result.facts.filter(({ found }) => found.includes('the check itself failed'))).toEqual([]);
  expect(await place.lab.world.world()).toEqual(before);
});
