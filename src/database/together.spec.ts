import { expect, it } from 'vitest';
import { Together } from './together.js';

const done = <T>(value: T): PromiseSettledResult<T> => ({ status: 'fulfilled', value });

/** A `Together` whose work is let go by hand, call by call. */
function byHand(maxItems?: number) {
  const calls: { items: readonly number[]; finish: () => void; fail: (error: Error) => void }[] = [];
  const together = new Together<number, string>(
    (items) =>
      new Promise((resolve, reject) => {
        calls.push({ items, finish: () => resolve(items.map((item) => done(`did ${item}`))), fail: reject });
      }),
    maxItems,
  );
  return { together, calls };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('begins at once with one that is alone, and gathers what comes while two calls are busy', async () => {
  const { together, calls } = byHand();
  const results = Promise.all([1, 2, 3, 4].map((item) => together.add(item)));
  expect(calls.map((call) => call.items)).toEqual([[1], [2]]);
  calls[0]?.finish();
  await turn();
  expect(calls.map((call) => call.items)).toEqual([[1], [2], [3, 4]]);
  for (const call of calls) call.finish();
  expect(await results).toEqual(['did 1', 'did 2', 'did 3', 'did 4']);
});

it('never takes more into a call than it may', async () => {
  const { together, calls } = byHand(2);
  for (const item of [1, 2, 3, 4, 5]) void together.add(item);
  calls[0]?.finish();
  await turn();
  expect(calls.at(-1)?.items).toEqual([3, 4]);
});

it('gives everyone its own result, and a call that fails to all in it and to nobody else', async () => {
  const failure = new Error('away');
  const { together, calls } = byHand();
  const results = Promise.allSettled([1, 2, 3, 4].map((item) => together.add(item)));
  calls[0]?.finish();
  await turn();
  calls[2]?.fail(failure);
  calls[1]?.finish();
  expect(await results).toEqual([
    done('did 1'),
    done('did 2'),
    { status: 'rejected', reason: failure },
    { status: 'rejected', reason: failure },
  ]);
});
