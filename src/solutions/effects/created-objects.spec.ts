import { describe, expect, it } from 'vitest';
import { reading } from '../../saga/call.js';
import { sameJson } from '../../saga/json.js';
import type { Json } from '../../saga/json.js';
import type { Effect, ResolvedAction } from '../../saga/effect.js';
import { newAccessGroupImage, newPersonImage } from '../rules/images.js';
import { annexOf } from '../rules/mark.js';
import type { FakePlatform } from '../testing/fake-target.js';
import { action, world } from '../testing/world.js';
import { CreateAccessGroupEffect } from './create-access-group.effect.js';
import { CreatePersonEffect } from './create-person.effect.js';

const person = {
  userName: 'ixn-retail',
  employeeId: 'IXN-RETAIL',
  firstName: 'IxnServer',
  lastName: 'Retail',
};

const kinds = [
  {
    kind: 'accessGroup' as const,
    effect: (platform: FakePlatform): Effect => new CreateAccessGroupEffect(platform.targets),
    create: action({
      kind: 'create',
      object: { type: 21, name: 'retail-account', dbid: null },
      before: null,
      after: newAccessGroupImage({ name: 'retail-account', tenantDbid: 1 }),
    }),
    /** Somebody else's object that has the same unique key. */
    foreign: (platform: FakePlatform, annex: ReturnType<typeof annexOf>) =>
      platform.tables.accessGroup.set(120, {
        dbid: 120,
        tenantDbid: 1,
        name: 'retail-account',
        groupType: 1,
        state: 1,
        members: [],
        annex,
      }),
    change: (platform: FakePlatform, dbid: number) => {
      const group = platform.tables.accessGroup.get(dbid)!;
      platform.tables.accessGroup.set(dbid, { ...group, members: [{ type: 3, dbid: 7 }] });
    },
    rename: (platform: FakePlatform, dbid: number) =>
      platform.tables.accessGroup.set(dbid, { ...platform.tables.accessGroup.get(dbid)!, name: 'renamed' }),
    account: 21,
  },
  {
    kind: 'person' as const,
    effect: (platform: FakePlatform): Effect => new CreatePersonEffect(platform.targets),
    create: action({
      kind: 'create',
      object: { type: 3, name: 'ixn-retail', dbid: null },
      before: null,
      after: newPersonImage(person, 1),
    }),
    foreign: (platform: FakePlatform, annex: ReturnType<typeof annexOf>) =>
      platform.tables.person.set(120, {
        ...person,
        dbid: 120,
        tenantDbid: 1,
        isAgent: false,
        state: 1,
        annex,
      }),
    change: (platform: FakePlatform, dbid: number) => {
      const group = platform.tables.accessGroup.get(110)!;
      platform.tables.accessGroup.set(110, { ...group, members: [{ type: 3, dbid }] });
    },
    rename: (platform: FakePlatform, dbid: number) =>
      platform.tables.person.set(dbid, { ...platform.tables.person.get(dbid)!, userName: 'renamed' }),
    account: 3,
  },
];

const imageOf = async (effect: Effect, of: ResolvedAction): Promise<Json> => {
  const seen = await effect.read(reading, of);
  return 'image' in seen ? seen.image : seen.cannotTell;
};

describe.each(kinds)(
  'creating a $kind',
  ({ kind, effect: make, create, foreign, change, rename, account }) => {
    const created = (dbid: number): ResolvedAction => ({ ...create, object: { ...create.object, dbid } });

    async function done() {
      const platform = world();
      const effect = make(platform);
      const effected = await effect.apply(reading, create, await effect.read(reading, create));
      return { platform, effect, dbid: (effected as { output: number }).output };
    }

    it('goes from the before-image to the after-image, puts out the DBID, and back', async () => {
      const platform = world();
      const effect = make(platform);
      const before = platform.snapshot();
      expect(await imageOf(effect, create)).toBeNull();
      const effected = await effect.apply(reading, create, { image: null });
      const seen = await effect.read(reading, create);
      expect(seen).toMatchObject({ image: create.after, output: (effected as { output: number }).output });
      expect(await effect.revert(reading, create, seen)).toEqual({ effected: 'done' });
      expect(await imageOf(effect, create)).toBeNull();
      expect(platform.snapshot()).toBe(before);
    });

    it('is read back as done, with its DBID, when the answer was lost', async () => {
      const platform = world();
      const effect = make(platform);
      platform.loseNextAnswer();
      await expect(effect.apply(reading, create, { image: null })).rejects.toMatchObject({
        errorClass: 'unknown',
      });
      expect(await effect.read(reading, create)).toMatchObject({
        image: create.after,
        output: [...platform.tables[kind].keys()].at(-1),
      });
    });

    it.each([
      ['nobody', {}],
      ['another solution', annexOf({ solution: 'solution-2', operation: 'operation-1' })],
      ['another operation of this solution', annexOf({ solution: 'solution-1', operation: 'operation-0' })],
    ])('takes an object marked by %s for neither image, and never deletes it', async (_, annex) => {
      const platform = world();
      const effect = make(platform);
      foreign(platform, annex);
      const seen = await effect.read(reading, create);
      const image = await imageOf(effect, create);
      expect([sameJson(image, create.before), sameJson(image, create.after)]).toEqual([false, false]);
      await expect(effect.revert(reading, create, seen)).rejects.toThrow(/only what carries the mark/);
      expect(platform.tables[kind].has(120)).toBe(true);
    });

    it('is not its after-image any more when somebody has put something on it', async () => {
      const { platform, effect, dbid } = await done();
      change(platform, dbid);
      expect(sameJson(await imageOf(effect, create), create.after)).toBe(false);
    });

    it('is not its after-image any more when a server runs as it, even if the platform lists more servers than that', async () => {
      const { platform, effect, dbid } = await done();
      const { objects } = platform.target;
      const find = objects.find.bind(objects);
      objects.find = (call, of, filter) => find(call, of, of === 'application' ? {} : filter);
      expect(await imageOf(effect, create)).toEqual(create.after);
      platform.accounts.set(152, { type: account, dbid });
      expect(await imageOf(effect, create)).toMatchObject({ accountOf: ['IxnServer_Shared'] });
    });

    it('is found by its DBID where that is known, so that a renamed object is not taken for gone', async () => {
      const { platform, effect, dbid } = await done();
      rename(platform, dbid);
      const renamed = await imageOf(effect, created(dbid));
      expect(renamed).not.toBeNull();
      expect(sameJson(renamed, create.after)).toBe(false);
      platform.tables[kind].delete(dbid);
      expect(await imageOf(effect, created(dbid))).toBeNull();
    });
  },
);

describe('creating a person', () => {
  const { create } = kinds[1]!;

  it('finds the employeeId in other hands before the platform refuses it', async () => {
    const platform = world();
    platform.tables.person.set(7, {
      ...person,
      dbid: 7,
      userName: 'someone',
      tenantDbid: 1,
      isAgent: true,
      state: 1,
      annex: {},
    });
    expect(await imageOf(new CreatePersonEffect(platform.targets), create)).toMatchObject({
      userName: 'someone',
    });
  });

  it('does not take the groups of the platform itself for the doing of others', async () => {
    const platform = world();
    const effect: Effect = new CreatePersonEffect(platform.targets);
    const { output } = (await effect.apply(reading, create, { image: null })) as { output: number };
    const base = platform.tables.accessGroup.get(110)!;
    for (const groupType of [3, 6]) {
      platform.tables.accessGroup.set(groupType, {
        ...base,
        dbid: groupType,
        groupType,
        members: [{ type: 3, dbid: output }],
      });
    }
    expect(await imageOf(effect, create)).toEqual(create.after);
  });
});
