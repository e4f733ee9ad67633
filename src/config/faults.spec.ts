import { expect, it } from 'vitest';
import * as z from 'zod';
import { faultsOf, firstFaults, pointerOf } from './faults.js';

const schema = z.strictObject({
  name: z.string().min(1),
  count: z.int().max(9),
  mode: z.enum(['rolling', 'together']),
  list: z.array(z.strictObject({ 'a/b': z.boolean() })),
  either: z.union([z.string(), z.strictObject({ env: z.string() })]).optional(),
});

const faults = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    faultsOf(schema.safeParse(value).error?.issues ?? [], { schema }).map((fault) => [
      fault.pointer,
      fault.detail,
    ]),
  );

it('reports every fault at once, by pointer', () => {
  expect(
    faults({ count: '3', mode: 'x', list: [{ 'a/b': true }, { 'a/b': 'true', more: 1 }], nmae: 'x' }),
  ).toEqual({
    '/name': 'is missing: expected string',
    '/count': 'expected number, not a string: write it without quotes',
    '/mode': 'expected one of "rolling"|"together"',
    '/list/1/a~1b': 'expected boolean, not a string: write it without quotes',
    '/list/1/more': 'is not a known member. Known are "a/b".',
    '/nmae': 'is not a known member. Did you mean "name"?',
  });
});

it('points at the whole body when that is of the wrong type', () => {
  expect(faults([])).toEqual({ '': 'expected object, not array' });
});

it('looks into the form of a union that was probably meant', () => {
  const whole = { name: 'n', count: 1, mode: 'rolling', list: [] };
  expect(faults({ ...whole, either: { evn: 'X' } })).toEqual({
    '/either/env': 'is missing: expected string',
    '/either/evn': 'is not a known member. Did you mean "env"?',
  });
});

it('escapes what a pointer cannot hold', () => {
  expect(pointerOf(['a/b', 'c~d', '0'])).toBe('/a~1b/c~0d/0');
});

it('does not suggest what is right in another form of a union', () => {
  const forms = z.discriminatedUnion('driver', [
    z.strictObject({ driver: z.literal('bridge'), baseUrl: z.string() }),
    z.strictObject({ driver: z.literal('manual'), dueMs: z.int().default(1) }),
  ]);
  const { error } = forms.safeParse({ driver: 'manual', baseUrl: 'x' });
  expect(faultsOf(error?.issues ?? [], { schema: forms })).toEqual([
    { pointer: '/baseUrl', detail: 'is not a known member. Known are "driver", "dueMs".' },
  ]);
});

it('says the bounds of a number in words', () => {
  const whole = { name: 'n', mode: 'rolling', list: [] };
  expect(faults({ ...whole, count: 10 })).toEqual({ '/count': 'must be at most 9' });
  expect(faults({ ...whole, count: 1.5 })).toEqual({ '/count': 'expected a whole number' });
  expect(
    faultsOf(z.coerce.number().min(1).safeParse('x').error?.issues ?? [], { schema: undefined }),
  ).toEqual([{ pointer: '', detail: 'expected a number' }]);
});

it('says the bound of a number beyond 2^53 once, and the narrower one', () => {
  const whole = { name: 'n', mode: 'rolling', list: [] };
  expect(faultsOf(schema.safeParse({ ...whole, count: 2 ** 60 }).error?.issues ?? [], { schema })).toEqual([
    { pointer: '/count', detail: 'must be at most 9' },
  ]);
  expect(faultsOf(z.int().safeParse(-(2 ** 60)).error?.issues ?? [], { schema: undefined })).toEqual([
    { pointer: '', detail: 'must be at least -9007199254740991' },
  ]);
});

it('says lengths in words', () => {
  const lengths = z.strictObject({
    none: z.string().min(1),
    long: z.string().max(2),
    few: z.array(z.string()).min(2),
    many: z.array(z.string()).max(1),
  });
  const given = { none: '', long: 'abc', few: [], many: ['a', 'b'] };
  expect(
    faultsOf(lengths.safeParse(given).error?.issues ?? [], { schema: lengths }).map(({ detail }) => detail),
  ).toEqual([
    'is empty',
    'must have at most 2 characters',
    'must have at least 2 entries',
    'must have at most 1 entry',
  ]);
});

it('names no more than is asked for, counts all, and cuts what is endless', () => {
  const whole = { name: 'n', count: 1, mode: 'rolling', list: [] };
  const unknown = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`unknown ${n}`, n]));
  const { issues } = schema.safeParse({ ...whole, ...unknown }).error ?? { issues: [] };
  const [named, count] = firstFaults(issues, { schema }, 2);
  expect(named.map(({ pointer }) => pointer)).toEqual(['/unknown 0', '/unknown 1']);
  expect(count).toBe(300);

  const endless = schema.safeParse({ ...whole, ['~'.repeat(10_000)]: 1 }).error?.issues ?? [];
  expect(faultsOf(endless, { schema })[0]?.pointer).toHaveLength(200);
});
