import { expect, it } from 'vitest';
import { reading } from '../../src/saga/call.js';
import type { ObjectId } from '../../src/solutions/ports/config-objects.js';
import { Access, ObjectType } from '../../src/solutions/ports/object-types.js';
import { failureOf } from './expect-call-error.js';
import type { MakeTarget } from './target-under-test.js';
import {
  businessProcessesOf,
  missingDbid,
  newGroup,
  newPerson,
  serverOf,
  underTest,
} from './target-under-test.js';

export function securityContract(makeTarget: MakeTarget): void {
  const under = underTest(makeTarget);
  const businessProcess = async (index: number): Promise<ObjectId> => {
    const { dbid } = (await businessProcessesOf(under()))[index]!;
    return { type: ObjectType.script, dbid };
  };

  it('adds an entry to an access list and takes it away again, the others as they were', async () => {
    const { security } = under().target;
    const object = await businessProcess(0);
    const account = await newGroup(under());
    const before = (await security.readAcl(reading, object))!;
    await security.replaceAcl(reading, object, {
      entries: [...before.entries, { account, accessMask: Access.readAndExecute }],
      token: before.token,
    });
    const granted = (await security.readAcl(reading, object))!;
    expect(granted.entries).toHaveLength(before.entries.length + 1);
    expect(granted.entries).toEqual(
      expect.arrayContaining([...before.entries, { account, accessMask: Access.readAndExecute }]),
    );
    expect(granted.token).not.toBe(before.token);
    await security.replaceAcl(reading, object, { entries: before.entries, token: granted.token });
    const after = (await security.readAcl(reading, object))!;
    expect(after.entries).toHaveLength(before.entries.length);
    expect(after.entries).toEqual(expect.arrayContaining([...before.entries]));
  });

  it('refuses to overwrite an access list that another hand has changed since', async () => {
    const { security } = under().target;
    const object = await businessProcess(1);
    const [ours, theirs] = [await newGroup(under()), await newGroup(under())];
    const read = (await security.readAcl(reading, object))!;
    const changed = {
      entries: [...read.entries, { account: theirs, accessMask: Access.read }],
      token: read.token,
    };
    await security.replaceAcl(reading, object, changed);
    const stale = {
      entries: [...read.entries, { account: ours, accessMask: Access.read }],
      token: read.token,
    };
    await failureOf(security.replaceAcl(reading, object, stale), 'conflict');
    const { entries } = (await security.readAcl(reading, object))!;
    expect(entries).toContainEqual({ account: theirs, accessMask: Access.read });
    expect(entries).not.toContainEqual({ account: ours, accessMask: Access.read });
  });

  it('answers null for what does not exist, and a conflict when it is written', async () => {
    const { security } = under().target;
    const missing = { type: ObjectType.script, dbid: missingDbid };
    expect(await security.readAcl(reading, missing)).toBeNull();
    expect(await security.readAccount(reading, missingDbid)).toBeNull();
    await failureOf(
      security.replaceAcl(reading, missing, { entries: [], token: '"read-before"' }),
      'conflict',
    );
    const person = await newPerson(under());
    await failureOf(security.updateAccount(reading, missingDbid, person, null), 'conflict');
  });

  it('tells the rights of a person through its groups, in the order asked, and null for what is missing', async () => {
    const { objects, security } = under().target;
    const [person, group] = [await newPerson(under()), await newGroup(under())];
    const granted = await businessProcess(0);
    const other = await businessProcess(1);
    const missing = { type: ObjectType.script, dbid: missingDbid };
    const asked = [other, missing, granted, other];
    expect(await security.effectivePermissions(reading, person, asked)).toEqual([0, null, 0, 0]);
    const acl = (await security.readAcl(reading, granted))!;
    const entry = { account: group, accessMask: Access.readAndExecute };
    await security.replaceAcl(reading, granted, { entries: [...acl.entries, entry], token: acl.token });
    expect(await security.effectivePermissions(reading, group, [granted])).toEqual([Access.readAndExecute]);
    expect(await security.effectivePermissions(reading, person, asked)).toEqual([0, null, 0, 0]);
    await objects.addMember(reading, group.dbid, person);
    expect(await security.effectivePermissions(reading, person, asked)).toEqual([
      0,
      null,
      Access.readAndExecute,
      0,
    ]);
  });

  it('tells the rights on more objects than fit into one request', async () => {
    const person = await newPerson(under());
    const object = await businessProcess(0);
    const asked = Array.from({ length: 2_001 }, () => object);
    const masks = await under().target.security.effectivePermissions(reading, person, asked);
    expect(masks).toHaveLength(2_001);
    expect(new Set(masks).size).toBe(1);
  });

  it('does not take an account that does not exist for one without rights', async () => {
    const nobody = { type: ObjectType.person, dbid: missingDbid };
    await failureOf(
      under().target.security.effectivePermissions(reading, nobody, [await businessProcess(0)]),
      'conflict',
    );
  });

  it('sets the account of a server and sets it back', async () => {
    const { security } = under().target;
    const { dbid } = await serverOf(under(), under().names.server);
    const person = await newPerson(under());
    const before = (await security.readAccount(reading, dbid))!;
    await security.updateAccount(reading, dbid, person, before.token);
    const bound = (await security.readAccount(reading, dbid))!;
    expect(bound.account).toEqual(person);
    await failureOf(security.updateAccount(reading, dbid, before.account, before.token), 'conflict');
    expect((await security.readAccount(reading, dbid))!.account).toEqual(person);
    await security.updateAccount(reading, dbid, before.account, bound.token);
    expect((await security.readAccount(reading, dbid))!.account).toEqual(before.account);
  });
}
