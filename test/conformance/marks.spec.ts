import { afterEach, describe, expect, it } from 'vitest';
import { on } from './bend.js';
import type { Bend } from './lab.js';
import { brokenIn, factOf, useLab } from './lab.js';

const place = useLab();
afterEach(() => place.lab.world.control('DELETE', 'faults'));

const mark = 'solution-onboarding-conformance-mark';

/** Bends what a marked object of this collection is read as. */
const marked = (collection: string, from: string | RegExp, to: string): Bend =>
  on(new RegExp(`${collection}/\\d+$`), (_, text) =>
    text.includes(mark) ? { text: text.replace(from, to) } : undefined,
  );

/** The platform refuses changes with this in their body. */
const refusing = (path: string, object: string) =>
  place.lab.world.control('POST', 'faults', {
    match: { method: 'PUT', path, object },
    times: null,
    fault: { kind: 'refuse', errorType: 13 },
  });

async function verdictOn(id: string) {
  const before = await place.lab.world.world();
  const result = await place.lab.check({ scratch: true });
  expect(result.leftBehind).toEqual([]);
  expect(await place.lab.world.world()).toEqual(before);
  return { ...factOf(result, id), broken: brokenIn(result) };
}

describe('The mark on what is there already', () => {
  it.each(['group-marked', 'person-marked'])(
    '%s: it is written, taken away, and leaves no trace',
    async (id) => {
      expect(await verdictOn(id)).toMatchObject({ verdict: 'held', broken: [] });
      const isMarked = (side: unknown) => JSON.stringify(side).includes(mark);
      const name = id === 'group-marked' ? /-group$/ : /-person$/;
      const writes = (await place.lab.world.log())
        .filter(({ effect, object }) => effect === 'update' && name.test(object.name))
        .map(({ before, after }) => [isMarked(before), isMarked(after)])
        .filter((sides) => sides.includes(true));
      expect(writes).toEqual([
        [false, true],
        [true, false],
      ]);
    },
  );

  it.each<[string, RegExp, Bend]>([
    ['group-marked', /marked \{/, marked('access-groups', 'solution-onboarding-conformance"', 'other"')],
    ['group-marked', /marked \{/, marked('access-groups', '"state":"1"', '"state":"2"')],
    ['person-marked', /marked \{/, marked('persons', '"Conformance"', '"Other"')],
    ['group-marked', /taken and not kept; nothing/, marked('access-groups', mark, 'other')],
    ['person-marked', /taken and not kept; nothing/, marked('persons', mark, 'other')],
  ])('%s is broken where the object is read back otherwise (%s)', async (id, found, bend) => {
    place.lab.bend = bend;
    const fact = await verdictOn(id);
    expect(fact).toMatchObject({ verdict: 'broken', broken: [id] });
    expect(fact.found).toMatch(found);
  });

  it.each<[string, RegExp, string, string]>([
    ['group-marked', /^HTTP 500.*; nothing that was set up/, 'access-groups', mark],
    ['person-marked', /^HTTP 500.*; nothing that was set up/, 'persons', mark],
    ['group-marked', /does not go: HTTP 500/, 'access-groups', 'deletedUserProperties'],
    ['person-marked', /does not go: HTTP 500/, 'persons', 'deletedUserProperties'],
    [
      'group-marked',
      /only where conventions.accessGroupAnnex is "access-group"/,
      'access-groups',
      `","userProperties":{"${mark}"`,
    ],
  ])('%s is broken where the platform refuses (%s)', async (id, found, path, object) => {
    await refusing(path, object);
    const fact = await verdictOn(id);
    expect(fact).toMatchObject({ verdict: 'broken', broken: [id] });
    expect(fact.found).toMatch(found);
  });
});
