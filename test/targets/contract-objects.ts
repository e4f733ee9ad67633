import { expect, it } from 'vitest';
import { reading } from '../../src/saga/call.js';
import { PersonState } from '../../src/solutions/ports/config-objects.js';
import { ObjectType, ScriptType } from '../../src/solutions/ports/object-types.js';
import { failureOf } from './expect-call-error.js';
import type { MakeTarget } from './target-under-test.js';
import {
  businessProcessesOf,
  missingDbid,
  newGroup,
  newPerson,
  serverOf,
  tenantOf,
  underTest,
  uniqueName,
} from './target-under-test.js';

const awkwardNames = [
  'say "hi"',
  'back\\slash',
  "it's",
  '0042',
  'Größe ☎ 客服',
  'a/b?c&d=e#f%20+g',
  '<b>;,()[]{}',
];

export function objectsContract(makeTarget: MakeTarget): void {
  const under = underTest(makeTarget);

  it('says that it can be used', async () => {
    const ok = { ok: true, detail: null };
    expect(await under().target.health()).toEqual({ objects: ok, security: ok, control: ok });
  });

  it('finds a tenant by its name, and nothing by a name that nobody has', async () => {
    expect(await tenantOf(under())).toMatchObject({ name: under().names.tenant, state: 1 });
    expect(await under().target.objects.find(reading, 'tenant', { name: 'Nowhere' })).toEqual([]);
  });

  it('lists the Business Processes of a tenant and no other scripts', async () => {
    const tenant = await tenantOf(under());
    const found = await businessProcessesOf(under());
    expect(found.length).toBeGreaterThan(1);
    for (const script of found) {
      expect(script).toMatchObject({ scriptType: ScriptType.businessProcess, tenantDbid: tenant.dbid });
      expect(await under().target.objects.get(reading, 'script', script.dbid)).toEqual(script);
    }
    const everything = await under().target.objects.find(reading, 'script', {});
    expect(everything.length).toBeGreaterThan(found.length);
  });

  it('shows a server with its backup, host, tenants and connections, and finds it by each', async () => {
    const { objects } = under().target;
    const { names } = under();
    const primary = await serverOf(under(), names.pair.primary);
    const backup = await serverOf(under(), names.pair.backup);
    const tenant = await tenantOf(under());
    expect(primary).toMatchObject({ isServer: true, isPrimary: true, backupDbid: backup.dbid });
    expect(backup).toMatchObject({ isServer: true, isPrimary: false, backupDbid: null });
    expect(primary.tenantDbids).toContain(tenant.dbid);
    expect(primary.hostDbid).toBeGreaterThan(0);
    expect(await objects.get(reading, 'host', primary.hostDbid!)).toMatchObject({ dbid: primary.hostDbid });
    expect(primary.shutdownTimeoutMs).toBeGreaterThanOrEqual(1_000);
    expect(primary.connections.length).toBeGreaterThan(0);
    const dbids = async (filter: Parameters<typeof objects.find<'application'>>[2]): Promise<number[]> =>
      (await objects.find(reading, 'application', filter)).map(({ dbid }) => dbid);
    expect(await dbids({ backupServerDbid: backup.dbid })).toEqual([primary.dbid]);
    expect(await dbids({ serverDbid: primary.connections[0]! })).toContain(primary.dbid);
    expect(await dbids({ tenantDbid: tenant.dbid, appType: primary.appType })).toContain(primary.dbid);
    expect(await dbids({ appType: 9_999 })).toEqual([]);
  });

  it('finds the applications that run as an account', async () => {
    const server = await serverOf(under(), under().names.pair.primary);
    const account = (await under().target.security.readAccount(reading, server.dbid))!.account;
    const bound = await under().target.objects.find(reading, 'application', { account });
    expect(bound.map(({ dbid }) => dbid)).toContain(server.dbid);
    const nobody = await newPerson(under());
    expect(await under().target.objects.find(reading, 'application', { account: nobody })).toEqual([]);
  });

  it('finds an object of any type by name', async () => {
    const { objects } = under().target;
    const { dbid } = await tenantOf(under());
    const found = await objects.findByName(reading, ObjectType.enumerator, under().names.enumerator, dbid);
    expect(found).toMatchObject({ type: ObjectType.enumerator });
    const server = await serverOf(under(), under().names.server);
    expect(await objects.findByName(reading, ObjectType.application, server.name, dbid)).toEqual({
      type: ObjectType.application,
      dbid: server.dbid,
    });
    expect(await objects.findByName(reading, ObjectType.enumerator, 'Nothing of this name', dbid)).toBeNull();
  });

  it.each(['tenant', 'accessGroup', 'person', 'application', 'script', 'host'] as const)(
    'answers null for a %s that does not exist',
    async (kind) => {
      expect(await under().target.objects.get(reading, kind, missingDbid)).toBeNull();
    },
  );

  it.each(['plain', ...awkwardNames])('keeps an access group named %j as it was written', async (part) => {
    const { objects } = under().target;
    const { dbid: tenantDbid } = await tenantOf(under());
    const name = `${part}${part === '0042' ? '' : uniqueName('')}`;
    const annex = { 'solution-onboarding': { solution: '0193', note: `${part}\n` }, other: { empty: '' } };
    const dbid = await objects.createAccessGroup(reading, { tenantDbid, name, annex });
    const expected = { dbid, tenantDbid, name, groupType: 1, state: 1, members: [], annex };
    expect(await objects.get(reading, 'accessGroup', dbid)).toEqual(expected);
    expect(await objects.find(reading, 'accessGroup', { tenantDbid, name })).toEqual([expected]);
  });

  it.each(['plain', ...awkwardNames])(
    'keeps a person named %j as it was written, and not an agent',
    async (part) => {
      const { objects } = under().target;
      const { dbid: tenantDbid } = await tenantOf(under());
      const userName = `${part}${part === '0042' ? '' : uniqueName('')}`;
      const person = {
        tenantDbid,
        userName,
        employeeId: userName,
        firstName: part,
        lastName: 'L',
        annex: { mark: { by: 'us' } },
      };
      const dbid = await objects.createPerson(reading, person);
      const expected = { ...person, dbid, isAgent: false, state: 1 };
      expect(await objects.get(reading, 'person', dbid)).toEqual(expected);
      expect(await objects.find(reading, 'person', { userName })).toEqual([expected]);
      expect(await objects.find(reading, 'person', { tenantDbid, employeeId: userName })).toEqual([expected]);
    },
  );

  it('disables a person and enables it again, and leaves all else of it as it was', async () => {
    const { objects } = under().target;
    const { dbid } = await newPerson(under());
    const before = (await objects.get(reading, 'person', dbid))!;
    await objects.setPersonState(reading, dbid, PersonState.disabled);
    expect(await objects.get(reading, 'person', dbid)).toEqual({ ...before, state: 2 });
    await objects.setPersonState(reading, dbid, PersonState.enabled);
    expect(await objects.get(reading, 'person', dbid)).toEqual(before);
  });

  it('reports a person that is not there as a conflict when it is to be disabled', async () => {
    const { objects } = under().target;
    await failureOf(objects.setPersonState(reading, missingDbid, PersonState.disabled), 'conflict');
  });

  it.each(['accessGroup', 'person'] as const)(
    'adds a section to the annex of what is there (%s), and takes it away again, with nothing else changed',
    async (kind) => {
      const { objects } = under().target;
      const { dbid } = await (kind === 'person' ? newPerson(under()) : newGroup(under()));
      const before = (await objects.get(reading, kind, dbid))!;
      const keys = { solution: 'a "b"', operation: 'Größe' };
      await objects.setAnnexSection(reading, kind, dbid, 'one more', keys);
      const marked = { ...before, annex: { ...before.annex, 'one more': keys } };
      expect(await objects.get(reading, kind, dbid)).toEqual(marked);
      await objects.setAnnexSection(reading, kind, dbid, 'one more', null);
      expect(await objects.get(reading, kind, dbid)).toEqual(before);
      const missing = objects.setAnnexSection(reading, kind, missingDbid, 'one more', keys);
      await failureOf(missing, 'conflict');
    },
  );

  it('reports a group name that is taken as a conflict, and makes no second group', async () => {
    const name = uniqueName('group');
    const group = await newGroup(under(), name);
    await failureOf(newGroup(under(), name), 'conflict');
    const found = await under().target.objects.find(reading, 'accessGroup', { name });
    expect(found.map(({ dbid }) => dbid)).toEqual([group.dbid]);
  });

  it('reports a user name and an employee ID that are taken as conflicts', async () => {
    const userName = uniqueName('user');
    await newPerson(under(), userName);
    await failureOf(newPerson(under(), userName), 'conflict');
    const { dbid: tenantDbid } = await tenantOf(under());
    const another = {
      tenantDbid,
      userName: uniqueName('user'),
      employeeId: userName,
      firstName: '',
      lastName: '',
      annex: {},
    };
    await failureOf(under().target.objects.createPerson(reading, another), 'conflict');
    expect(await under().target.objects.find(reading, 'person', { userName: another.userName })).toEqual([]);
  });

  it('adds and removes members one by one; groups are found by member', async () => {
    const { objects } = under().target;
    const group = await newGroup(under());
    const [first, second] = [await newPerson(under()), await newPerson(under())];
    const members = async (): Promise<readonly unknown[]> =>
      (await objects.get(reading, 'accessGroup', group.dbid))!.members;
    await objects.addMember(reading, group.dbid, first);
    expect(await members()).toEqual([first]);
    await objects.addMember(reading, group.dbid, second);
    expect(await members()).toHaveLength(2);
    expect(await members()).toEqual(expect.arrayContaining([first, second]));
    const groups = await objects.find(reading, 'accessGroup', { personDbid: first.dbid });
    expect(groups.map(({ dbid }) => dbid)).toEqual([group.dbid]);
    await objects.removeMember(reading, group.dbid, first);
    expect(await members()).toEqual([second]);
    expect(await objects.find(reading, 'accessGroup', { personDbid: first.dbid })).toEqual([]);
  });

  it('changes nothing but the members of a group', async () => {
    const { objects } = under().target;
    const { dbid: tenantDbid } = await tenantOf(under());
    const annex = { mark: { solution: '0193' } };
    const dbid = await objects.createAccessGroup(reading, { tenantDbid, name: uniqueName('group'), annex });
    const before = await objects.get(reading, 'accessGroup', dbid);
    const person = await newPerson(under());
    await objects.addMember(reading, dbid, person);
    expect(await objects.get(reading, 'accessGroup', dbid)).toEqual({ ...before, members: [person] });
    await objects.removeMember(reading, dbid, person);
    expect(await objects.get(reading, 'accessGroup', dbid)).toEqual(before);
  });

  it('reports a member added to a group that is gone as a conflict; removing one is done', async () => {
    const person = await newPerson(under());
    await failureOf(under().target.objects.addMember(reading, missingDbid, person), 'conflict');
    await under().target.objects.removeMember(reading, missingDbid, person);
  });

  it.each(['accessGroup', 'person'] as const)(
    'deletes a %s, and counts one that is gone as deleted',
    async (kind) => {
      const { objects } = under().target;
      const { dbid } = kind === 'person' ? await newPerson(under()) : await newGroup(under());
      await objects.delete(reading, kind, dbid);
      expect(await objects.get(reading, kind, dbid)).toBeNull();
      await objects.delete(reading, kind, dbid);
    },
  );

  it('loses the memberships of a person with the person', async () => {
    const { objects } = under().target;
    const group = await newGroup(under());
    const person = await newPerson(under());
    await objects.addMember(reading, group.dbid, person);
    await objects.delete(reading, 'person', person.dbid);
    expect((await objects.get(reading, 'accessGroup', group.dbid))!.members).toEqual([]);
  });

  it('refuses to delete a person while a server runs as it', async () => {
    const { objects, security } = under().target;
    const person = await newPerson(under());
    const { dbid } = await serverOf(under(), under().names.server);
    const before = (await security.readAccount(reading, dbid))!;
    await security.updateAccount(reading, dbid, person, before.token);
    await failureOf(objects.delete(reading, 'person', person.dbid), 'invalid');
    const bound = (await security.readAccount(reading, dbid))!;
    await security.updateAccount(reading, dbid, before.account, bound.token);
    await objects.delete(reading, 'person', person.dbid);
  });
}
