import { describe, expect, it } from 'vitest';
import { MemberWatch } from './member-watch.js';

function watching() {
  const clock = { ms: 0 };
  const group = { behind: 0, committed: 0n };
  const position = () => Promise.resolve({ ...group });
  return { clock, group, watch: new MemberWatch({ position }, () => clock.ms) };
}

/** Looks every five seconds, as the consumer does. */
async function pass(
  seconds: number,
  { clock, watch }: ReturnType<typeof watching>,
  each: () => void,
): Promise<void> {
  for (let s = 0; s < seconds; s += 5) {
    clock.ms += 5000;
    each();
    await watch.look();
  }
}

describe('A member of the group', () => {
  it('hangs when it neither fetches nor sends a heartbeat for a minute and a half', async () => {
    const one = watching();
    await pass(85, one, () => undefined);
    one.watch.sign();
    await pass(85, one, () => undefined);
    await expect(pass(10, one, () => undefined)).rejects.toThrow('hangs');
  });

  it('is of no use when commands wait and none is taken, though it says that it lives', async () => {
    const one = watching();
    one.group.behind = 3;
    await expect(pass(200, one, () => one.watch.sign())).rejects.toThrow('3 commands wait');
  });

  it('is left alone while something moves, while a batch is in hand, and when nothing waits', async () => {
    const one = watching();
    const sign = (): void => one.watch.sign();
    await pass(300, one, sign);
    one.group.behind = 1_000_000;
    await pass(300, one, () => {
      sign();
      one.group.committed += 1n;
    });
    const done = one.watch.begin();
    await pass(600, one, sign);
    done();
    await pass(85, one, sign);
  });

  it('is not blamed for a broker that does not answer', async () => {
    const clock = { ms: 0 };
    const position = () => Promise.reject(new Error('no broker'));
    const watch = new MemberWatch({ position }, () => clock.ms);
    await pass(600, { clock, watch, group: { behind: 0, committed: 0n } }, () => watch.sign());
  });
});
