import { describe, expect, it } from 'vitest';
import { reading } from '../../src/saga/call.js';
import type { CallErrorClass } from '../../src/saga/call-error.js';
import { PersonState } from '../../src/solutions/ports/config-objects.js';
import { Access, ObjectType } from '../../src/solutions/ports/object-types.js';
import { failureOf } from './expect-call-error.js';
import type { Disturbance, MakeTarget, TargetUnderTest } from './target-under-test.js';
import {
  businessProcessesOf,
  newGroup,
  newPerson,
  serverOf,
  tenantOf,
  underTest,
  uniqueName,
} from './target-under-test.js';

/** An effect that can be disturbed: the request it sends, how it is done, and whether it can be seen. */
interface Trial {
  readonly method: string;
  readonly path: string;
  act(): Promise<unknown>;
  isDone(): Promise<boolean>;
}
type MakeTrial = (under: TargetUnderTest) => Promise<Trial>;

const trials: Readonly<Record<string, MakeTrial>> = {
  'creating a group': async (under) => {
    const { objects } = under.target;
    const { dbid: tenantDbid } = await tenantOf(under);
    const name = uniqueName('group');
    return {
      method: 'POST',
      path: '/access-groups',
      act: () => objects.createAccessGroup(reading, { tenantDbid, name, annex: {} }),
      isDone: async () => (await objects.find(reading, 'accessGroup', { name })).length === 1,
    };
  },
  'creating a person': async (under) => {
    const { objects } = under.target;
    const { dbid: tenantDbid } = await tenantOf(under);
    const userName = uniqueName('user');
    const person = { tenantDbid, userName, employeeId: userName, firstName: '', lastName: '', annex: {} };
    return {
      method: 'POST',
      path: '/persons',
      act: () => objects.createPerson(reading, person),
      isDone: async () => (await objects.find(reading, 'person', { userName })).length === 1,
    };
  },
  'adding a member': async (under) => {
    const { objects } = under.target;
    const [group, person] = [await newGroup(under), await newPerson(under)];
    return {
      method: 'PUT',
      path: '/access-groups',
      act: () => objects.addMember(reading, group.dbid, person),
      isDone: async () => (await objects.get(reading, 'accessGroup', group.dbid))!.members.length === 1,
    };
  },
  'disabling a person': async (under) => {
    const { objects } = under.target;
    const { dbid } = await newPerson(under);
    return {
      method: 'PUT',
      path: '/persons',
      act: () => objects.setPersonState(reading, dbid, PersonState.disabled),
      isDone: async () => (await objects.get(reading, 'person', dbid))!.state === PersonState.disabled,
    };
  },
  'deleting a group': async (under) => {
    const { objects } = under.target;
    const group = await newGroup(under);
    return {
      method: 'DELETE',
      path: `/access-groups/${group.dbid}`,
      act: () => objects.delete(reading, 'accessGroup', group.dbid),
      isDone: async () => (await objects.get(reading, 'accessGroup', group.dbid)) === null,
    };
  },
  'writing an access list': async (under) => {
    const { security } = under.target;
    const object = { type: ObjectType.script, dbid: (await businessProcessesOf(under))[0]!.dbid };
    const account = await newGroup(under);
    const acl = (await security.readAcl(reading, object))!;
    const entries = [...acl.entries, { account, accessMask: Access.readAndExecute }];
    return {
      method: 'PUT',
      path: `/acl/${object.type}/${object.dbid}`,
      act: () => security.replaceAcl(reading, object, { entries, token: acl.token }),
      isDone: async () => (await security.readAcl(reading, object))!.entries.length === entries.length,
    };
  },
  'setting an account': async (under) => {
    const { security } = under.target;
    const { dbid } = await serverOf(under, under.names.server);
    const person = await newPerson(under);
    const { token } = (await security.readAccount(reading, dbid))!;
    return {
      method: 'PUT',
      path: `/account/${dbid}`,
      act: () => security.updateAccount(reading, dbid, person, token),
      isDone: async () => (await security.readAccount(reading, dbid))!.account.dbid === person.dbid,
    };
  },
  'stopping a server': async (under) => {
    const { control } = under.target;
    const { dbid } = await serverOf(under, under.names.server);
    return {
      method: 'POST',
      path: `/applications/${dbid}/stop`,
      act: () => control.stop(reading, dbid, false),
      isDone: async () => (await control.status(reading, dbid))!.status < 4,
    };
  },
};

const outcomes: readonly { disturbance: Disturbance; errorClass: CallErrorClass; done: boolean }[] = [
  { disturbance: 'answer-lost', errorClass: 'unknown', done: true },
  { disturbance: 'request-lost', errorClass: 'unknown', done: false },
  { disturbance: 'error-page', errorClass: 'unknown', done: false },
  { disturbance: 'throttled', errorClass: 'throttled', done: false },
  { disturbance: 'unavailable', errorClass: 'target-down', done: false },
];

export function disturbanceContract(makeTarget: MakeTarget): void {
  describe.each(Object.entries(trials))('%s', (_, makeTrial) => {
    const under = underTest(makeTarget);

    // In this order: only the lost answer leaves the effect behind.
    it.each([...outcomes].sort((a, b) => Number(a.done) - Number(b.done)))(
      'with the disturbance $disturbance is $errorClass, and reading back tells that done is $done',
      async ({ disturbance, errorClass, done }) => {
        const trial = await makeTrial(under());
        await under().disturb(disturbance, trial.method, trial.path);
        const error = await failureOf(trial.act(), errorClass);
        expect(await trial.isDone()).toBe(done);
        if (disturbance === 'throttled' || disturbance === 'unavailable') {
          expect(error.retryAfterMs).toBeGreaterThan(0);
        }
      },
    );
  });

  describe('a session that ends', () => {
    const under = underTest(makeTarget);

    it.each<[Disturbance, string]>([
      ['session-expired', 'GET'],
      ['session-expired', 'POST'],
      ['session-forgotten', 'GET'],
      ['session-forgotten', 'POST'],
      ['login-page', 'GET'],
    ])(
      'with the disturbance %s of a %s is renewed, and the effect happens once',
      async (disturbance, method) => {
        const { objects } = under().target;
        const { dbid: tenantDbid } = await tenantOf(under());
        const name = uniqueName('group');
        await under().disturb(disturbance, method, '/access-groups');
        expect(await objects.find(reading, 'accessGroup', { name })).toEqual([]);
        await objects.createAccessGroup(reading, { tenantDbid, name, annex: {} });
        expect(await objects.find(reading, 'accessGroup', { name })).toHaveLength(1);
      },
    );
  });

  describe('reads', () => {
    const under = underTest(makeTarget);

    it.each<[Disturbance, CallErrorClass]>([
      ['answer-lost', 'target-down'],
      ['error-page', 'transient'],
      ['throttled', 'throttled'],
      ['unavailable', 'target-down'],
    ])('with the disturbance %s are %s, and work again after it', async (disturbance, errorClass) => {
      const { objects, security } = under().target;
      const { dbid } = await tenantOf(under());
      const object = { type: ObjectType.tenant, dbid };
      await under().disturb(disturbance, 'GET', '/tenants');
      await failureOf(objects.get(reading, 'tenant', dbid), errorClass);
      expect(await objects.get(reading, 'tenant', dbid)).not.toBeNull();
      await under().disturb(disturbance, 'GET', '/acl/');
      await failureOf(security.readAcl(reading, object), errorClass);
      expect(await security.readAcl(reading, object)).not.toBeNull();
    });
  });
}
