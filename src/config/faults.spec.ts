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
    faultsOf(schema.safeParse(value).error?.issues ?? []).map((fault) => [fault.pointer, fault.detail]),
  );

it('reports every fault at once, by pointer', () => {
  expect(
    faults({ count: '3', mode: 'x', list: [{ 'a/b': true }, { 'a/b': 'true', more: 1 }], nmae: 'x' }),
  ).toEqual({
    '/name': 'is missing: expected string',
    '/count': 'expected number, not a string: write it without quotes',
    '/mode': 'expected one of "rolling"|"together"',
    '/list/1/a~1b': 'expected boolean, not a string: write it without quotes',
    '/list/1/more': 'is not a known member',
    '/nmae': 'is not a known member',
  });
});

it('points at the whole body when that is of the wrong type', () => {
  expect(faults([])).toEqual({ '': 'expected object, not array' });
});

it('looks into the form of a union that was probably meant', () => {
  const whole = { name: 'n', count: 1, mode: 'rolling', list: [] };
  expect(faults({ ...whole, either: { evn: 'X' } })).toEqual({
    '/either/env': 'is missing: expected string',
    '/either/evn': 'is not a known member',
  });
});

it('escapes what a pointer cannot hold', () => {
  expect(pointerOf(['a/b', 'c~d', '0'])).toBe('/a~1b/c~0d/0');
});
