import { expect, it } from 'vitest';
import * as z from 'zod';
import { faultsOf, pointerOf } from './faults.js';

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
