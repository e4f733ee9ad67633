import { describe, expect, it } from 'vitest';
import { reading } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { ConfigObjects, ObjectId } from '../../solutions/ports/config-objects.js';
import { accountByFilter } from './account-by-filter.js';

const server = 112;
const person = { type: 3, dbid: 500 };
const everyone = { type: 21, dbid: 97 };
const system = { type: 21, dbid: 98 };

/** Objects whose account filter answers as this says. */
const listing = (has: (account: ObjectId) => boolean): ConfigObjects =>
  ({
    find: (_call: unknown, _kind: unknown, { account }: { account: ObjectId }) =>
      Promise.resolve(has(account) ? [{ dbid: server }] : []),
  }) as unknown as ConfigObjects;

const is = (one: ObjectId) => (other: ObjectId) => one.type === other.type && one.dbid === other.dbid;
const ask = (objects: ConfigObjects) => accountByFilter(objects, reading, server, [person]);

describe('The account of a server by the filter of its list', () => {
  it.each([
    ['SYSTEM', system],
    ['the Person', person],
  ])('is %s where it is in the list of that one alone', async (_, account) => {
    expect(await ask(listing(is(account)))).toEqual({ seen: account });
  });

  it.each([
    ['it is in every list', () => true],
    ['it is in that of EVERYONE', is(everyone)],
    ['it is in two', (account: ObjectId) => !is(everyone)(account)],
  ])('is not believed where %s: the filter filters nothing', async (_, has) => {
    expect(await ask(listing(has))).toMatchObject({
      unseen: expect.stringContaining('account filter') as string,
    });
  });

  it('is not known where it is in none: it has another one, or may not be seen', async () => {
    expect(await ask(listing(() => false))).toMatchObject({
      unseen: expect.stringContaining('under none') as string,
    });
  });

  it('is not known where the filter is refused, and a target that is down is no answer', async () => {
    const failing = (error: CallError) => ({ find: () => Promise.reject(error) }) as unknown as ConfigObjects;
    expect(await ask(failing(new CallError('invalid', 'no such filter')))).toHaveProperty('unseen');
    await expect(ask(failing(new CallError('target-down', 'away')))).rejects.toThrow('away');
  });
});
