import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { desired } from '../onboarding/lab.js';
import type { ByHand } from '../onboarding/by-hand.js';
import { setUpByHand, whole } from '../onboarding/by-hand.js';
import { CrashLab, onboard } from './crash-lab.js';
import { makeTemplate } from './kill.js';
import type { Moment } from './witness.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const wanted = desired({ onExisting: 'adopt' });
/** Seven effects before a server is touched: two marks, a mask, two entries, a membership, an entry. */
const { bound: _, ...there } = {
  ...whole,
  base: false,
  entries: { 'Retail Inbound': 1 },
  applications: { IxnServer_Retail: 9 },
} satisfies ByHand;

let template: Awaited<ReturnType<typeof makeTemplate>>;
beforeAll(async () => {
  template = await makeTemplate();
});
afterAll(() => template.remove());

async function open(): Promise<CrashLab> {
  const lab = await CrashLab.embedded(template.dir);
  await setUpByHand((body) => lab.witness.control('POST', '/change', body), there);
  return lab;
}

async function undisturbed() {
  const lab = await open();
  try {
    const service = await lab.start();
    const { href } = await onboard(service, wanted);
    const { state } = await lab.untilDone(service, href);
    return { state, world: await lab.witness.world(), effects: await lab.witness.onceOnly() };
  } finally {
    await lab.close();
  }
}

/** Killed in its n-th call; the next start goes on, or turns round where somebody has asked for it. */
async function killed(n: number, moment: Moment, verb: 'cancel' | null) {
  const lab = await open();
  try {
    const before = await lab.witness.world();
    const victim = await lab.start();
    await lab.witness.hold(n, moment);
    const { href } = await onboard(victim, wanted);
    await lab.witness.untilHeld();
    if (verb !== null) await victim.call('POST', `${href}/${verb}`, { reason: 'it is a test' });
    await victim.end('SIGKILL');
    await lab.witness.letGo();
    const { state } = await lab.untilDone(await lab.start(), href);
    return { state, before, world: await lab.witness.world(), effects: await lab.witness.onceOnly() };
  } finally {
    await lab.close();
  }
}

it('goes on adopting after a kill -9 in any of its first effects, each of them done once', async () => {
  const reference = await undisturbed();
  expect(reference.state).toBe('completed');
  for (const [n, moment] of [
    [0, 'after'],
    [0, 'late'],
    [4, 'after'],
  ] as const) {
    const { state, world, effects } = await killed(n, moment, null);
    expect(state).toBe('completed');
    expect(world).toEqual(reference.world);
    expect(effects).toEqual(reference.effects);
  }
});

it.each([0, 4])(
  'leaves exactly what was there, killed in call %i of an adoption that is cancelled',
  async (n) => {
    const { state, world, before } = await killed(n, 'after', 'cancel');
    expect(state).toBe('cancelled');
    expect(world).toEqual(before);
  },
);
