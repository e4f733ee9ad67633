import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionKind, ActionObject } from '../../saga/action.js';
import { CallError } from '../../saga/call-error.js';
import { reading } from '../../saga/call.js';
import type { Effect } from '../../saga/effect.js';
import type { Json } from '../../saga/json.js';
import type { FakePlatform } from '../testing/fake-target.js';
import { action, system, world } from '../testing/world.js';
import { AclEntryEffect, withEntry } from './acl-entry.effect.js';
import { MembershipEffect } from './membership.effect.js';
import { ServerAccountEffect } from './server-account.effect.js';

interface Case {
  readonly title: string;
  readonly effect: (platform: FakePlatform) => Effect;
  readonly kind: ActionKind;
  readonly object: ActionObject;
  readonly before: Json;
  readonly after: Json;
  readonly prepare?: (platform: FakePlatform) => void;
  readonly otherHand: (platform: FakePlatform) => void;
  readonly found: Json;
}

const group = { type: 21, name: 'retail-account', dbid: 110 };
const person = { type: 3, name: 'ixn-retail', dbid: 120 };
const entry = (accessMask: number) => ({ account: { type: 21, dbid: 110 }, accessMask });
const acl = (platform: FakePlatform, ...entries: ReturnType<typeof entry>[]) =>
  platform.acls.set('12/201', [{ account: system, accessMask: 127 }, ...entries]);
const addTo = (platform: FakePlatform, ...dbids: number[]) =>
  platform.tables.accessGroup.set(110, {
    ...platform.tables.accessGroup.get(110)!,
    members: dbids.map((dbid) => ({ type: 3, dbid })),
  });

const script = { type: 12, name: 'Retail Inbound', dbid: 201, for: group };
const membership = { ...group, for: person };
const cases: Case[] = [
  {
    title: 'a grant of a new entry',
    effect: (p) => new AclEntryEffect(p.targets),
    kind: 'grant',
    object: script,
    before: null,
    after: { accessMask: 9 },
    otherHand: (p) => acl(p, entry(1)),
    found: { accessMask: 1 },
  },
  {
    title: 'a grant of another mask',
    effect: (p) => new AclEntryEffect(p.targets),
    kind: 'grant',
    object: script,
    before: { accessMask: 1 },
    after: { accessMask: 9 },
    prepare: (p) => acl(p, entry(1)),
    otherHand: (p) => acl(p),
    found: null,
  },
  {
    title: 'a revoke',
    effect: (p) => new AclEntryEffect(p.targets),
    kind: 'revoke',
    object: script,
    before: { accessMask: 9 },
    after: null,
    prepare: (p) => acl(p, entry(9)),
    otherHand: (p) => acl(p, entry(127)),
    found: { accessMask: 127 },
  },
  {
    title: 'an added member',
    effect: (p) => new MembershipEffect(p.targets),
    kind: 'add-member',
    object: membership,
    before: { member: false },
    after: { member: true },
    prepare: (p) => addTo(p, 7),
    otherHand: (p) => addTo(p, 7, 120),
    found: { member: true },
  },
  {
    title: 'a removed member',
    effect: (p) => new MembershipEffect(p.targets),
    kind: 'remove-member',
    object: membership,
    before: { member: true },
    after: { member: false },
    prepare: (p) => addTo(p, 7, 120),
    otherHand: (p) => p.tables.accessGroup.delete(110),
    found: { member: false },
  },
  {
    title: 'a server account',
    effect: (p) => new ServerAccountEffect(p.targets),
    kind: 'set-account',
    object: { type: 9, name: 'IxnServer_Shared', dbid: 152, for: person },
    before: { type: 21, dbid: 98 },
    after: { type: 3, dbid: 120 },
    otherHand: (p) => p.accounts.set(152, { type: 3, dbid: 7 }),
    found: { type: 3, dbid: 7 },
  },
];

describe.each(cases)('$title', ({ effect: make, kind, object, before, after, prepare, otherHand, found }) => {
  const planned = action({ kind, object, before, after });

  function start() {
    const platform = world();
    prepare?.(platform);
    return { platform, effect: make(platform) };
  }

  it('goes from the before-image to the after-image and back, and leaves everything else as it was', async () => {
    const { platform, effect } = start();
    const snapshot = platform.snapshot();
    const seen = await effect.read(reading, planned);
    expect(seen).toMatchObject({ image: before });
    expect(await effect.apply(reading, planned, seen)).toEqual({ effected: 'done' });
    const then = await effect.read(reading, planned);
    expect(then).toMatchObject({ image: after });
    expect(await effect.revert(reading, planned, then)).toEqual({ effected: 'done' });
    expect(await effect.read(reading, planned)).toMatchObject({ image: before });
    expect(platform.snapshot()).toBe(snapshot);
  });

  it('is read back as done when the answer was lost, on the way there and on the way back', async () => {
    const { platform, effect } = start();
    platform.loseNextAnswer();
    await expect(effect.apply(reading, planned, await effect.read(reading, planned))).rejects.toMatchObject({
      errorClass: 'unknown',
    });
    const then = await effect.read(reading, planned);
    expect(then).toMatchObject({ image: after });
    platform.loseNextAnswer();
    await expect(effect.revert(reading, planned, then)).rejects.toMatchObject({ errorClass: 'unknown' });
    expect(await effect.read(reading, planned)).toMatchObject({ image: before });
  });

  it("shows another's change as it is", async () => {
    const { platform, effect } = start();
    otherHand(platform);
    expect(await effect.read(reading, planned)).toMatchObject({ image: found });
  });
});

describe('an entry in an access control list', () => {
  const planned = action({ kind: 'grant', object: script, before: null, after: { accessMask: 9 } });

  it('is refused when the list has changed since it was read, so that nobody else loses an entry', async () => {
    const platform = world();
    const effect = new AclEntryEffect(platform.targets);
    const seen = await effect.read(reading, planned);
    acl(platform, { account: { type: 3, dbid: 7 }, accessMask: 1 });
    await expect(effect.apply(reading, planned, seen)).rejects.toMatchObject({ errorClass: 'conflict' });
  });

  it('is away with its object, and is not written to one that is not there', async () => {
    const platform = world();
    const effect = new AclEntryEffect(platform.targets);
    platform.acls.delete('12/201');
    const seen = await effect.read(reading, planned);
    expect(seen).toMatchObject({ image: null });
    await expect(effect.apply(reading, planned, seen)).rejects.toMatchObject({ errorClass: 'invalid' });
    expect(platform.log).toEqual([]);
  });

  it('is never written on a container', () => {
    const effect = new AclEntryEffect(world().targets);
    const types = [7, 22, 33, 35, 1, 12, 9].filter((type) => effect.handles('grant', type));
    expect(types).toEqual([12, 9]);
  });

  it('leaves every other entry and their order as they are', () => {
    const account = fc.record({ type: fc.constantFrom(3, 21), dbid: fc.integer({ min: 1, max: 5 }) });
    const list = fc.uniqueArray(fc.record({ account, accessMask: fc.integer({ min: 0, max: 255 }) }), {
      selector: (one) => `${one.account.type}/${one.account.dbid}`,
    });
    fc.assert(
      fc.property(list, account, fc.option(fc.integer({ min: 0, max: 255 })), (entries, ours, mask) => {
        const others = (of: typeof entries) =>
          of.filter((one) => one.account.type !== ours.type || one.account.dbid !== ours.dbid);
        const written = withEntry(entries, ours, mask) as typeof entries;
        expect(others(written)).toEqual(others(entries));
        expect(written.length - others(written).length).toBe(mask === null ? 0 : 1);
        if (mask !== null) expect(written).toContainEqual({ account: ours, accessMask: mask });
      }),
    );
  });
});

describe('a server account', () => {
  const planned = (pair: boolean) =>
    action({
      kind: 'set-account',
      object: { type: 9, name: 'IxnServer_Retail_B', dbid: 151 },
      before: { type: 21, dbid: 98 },
      after: { type: 3, dbid: 120 },
      input: { pair },
    });

  it.each([
    [true, 'pair-account-refused'],
    [false, undefined],
  ])('that is refused while pair is %s rejects with code %s', async (pair, code) => {
    const platform = world();
    platform.pairAccounts = 'refused';
    const effect = new ServerAccountEffect(platform.targets);
    const refusal = effect.apply(reading, planned(pair), await effect.read(reading, planned(pair)));
    await expect(refusal).rejects.toMatchObject({ errorClass: 'invalid', code });
  });

  it.each(['error type 1', 'HTTP 403'])(
    'that is refused for want of a right (%s) is not blamed on the pair',
    async (platform) => {
      const { target, targets } = world();
      target.security.updateAccount = () =>
        Promise.reject(new CallError('invalid', 'no permission', { platform }));
      const refusal = new ServerAccountEffect(targets).apply(reading, planned(true), { image: null });
      await expect(refusal).rejects.toMatchObject({ errorClass: 'invalid', code: undefined });
    },
  );

  it('leaves failures that are no refusals as the adapter classified them', async () => {
    const platform = world();
    platform.loseNextAnswer();
    const effect = new ServerAccountEffect(platform.targets);
    await expect(effect.apply(reading, planned(true), { image: null })).rejects.toMatchObject({
      errorClass: 'unknown',
      code: undefined,
    });
  });

  it('of a server that does not exist is no image of ours', async () => {
    const platform = world();
    platform.accounts.delete(151);
    expect(await new ServerAccountEffect(platform.targets).read(reading, planned(true))).toEqual({
      image: null,
    });
  });
});
