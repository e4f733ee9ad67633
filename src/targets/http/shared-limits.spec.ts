import { expect, it } from 'vitest';
import { newLook, reading, type Call } from '../../saga/call.js';
import { SharedLimits } from './shared-limits.js';

/** Work that stays where it is until it is let go. */
function begin(limits: SharedLimits, call: Call, begun: string[], name: string): () => void {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  void limits.pace(call, () =>
    limits.take(call, async () => {
      begun.push(name);
      await held;
    }),
  );
  return letGo;
}

it('what nobody waits for takes half of the places, and does not stand in the queue of the others', async () => {
  const limits = new SharedLimits({ maxConcurrent: 4, maxPerSecond: 1_000 });
  const begun: string[] = [];
  const background = newLook('background');
  const ends = Array.from({ length: 6 }, () => begin(limits, background, begun, 'background'));
  await expect.poll(() => begun).toEqual(['background', 'background']);
  ends.push(...Array.from({ length: 3 }, () => begin(limits, reading, begun, 'operation')));
  await expect.poll(() => begun.slice(2)).toEqual(['operation', 'operation']);
  // A place that comes free is the waiting operation's, although four looks asked before it.
  ends[6]?.();
  await expect.poll(() => begun.slice(4)).toEqual(['operation']);
  for (const end of ends) end();
  await expect.poll(() => begun.filter((name) => name === 'background')).toHaveLength(6);
});

it('a target with one place serves both', async () => {
  const limits = new SharedLimits({ maxConcurrent: 1, maxPerSecond: 1 });
  const answer = (call: Call) => limits.pace(call, () => limits.take(call, () => Promise.resolve('answer')));
  expect(await Promise.all([answer(newLook('background')), answer(reading)])).toEqual(['answer', 'answer']);
});
