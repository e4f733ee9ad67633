import { describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../src/simulator/world/snapshot.js';
import type { Slot } from '../chaos/platform.js';
import { slots, worldOf } from '../chaos/platform.js';
import { differences, faultsOfActive, slotView } from '../chaos/slot-view.js';
import { freshDatabase } from '../support/postgres.js';
import type { Operation } from './crash-lab.js';
import { CrashLab } from './crash-lab.js';
import { pointsFile, pointsIn } from './kill.js';
import type { ServiceProcess } from './service-process.js';

// Two processes a case, with half a dozen operations each.
vi.setConfig({ testTimeout: 240_000 });

/** Of the last fifth the servers do not come up. */
const all = slots(6);

const onboard = (service: ServiceProcess, slot: Slot): Promise<Operation> =>
  service.call(
    'POST',
    '/v1/solutions',
    {
      target: 'lab',
      tenant: 'Environment',
      key: slot.key,
      interactionServer: slot.server,
      businessProcesses: slot.businessProcesses,
    },
    { 'idempotency-key': `"${slot.key}"` },
  );

/** In the middle of batches, which say how many operations are in them; each time the operations are at another place. */
const points = ['accept:after#1', 'commit:before*2#2', 'commit:after*2#4', 'commit:after#16', 'end:after#1'];

/** Each of them is onboarded, and the process dies of its point meanwhile. */
async function untilKilled(lab: CrashLab, victim: ServiceProcess): Promise<void> {
  const asked = all.map(async (slot) => {
    const { href } = await onboard(victim, slot);
    return lab.untilDone(victim, href);
  });
  const isOver = Promise.allSettled(asked).then((results) =>
    results.every(({ status }) => status === 'fulfilled'),
  );
  const survived = await Promise.race([victim.ended.then(() => false), isOver]);
  if (survived) throw new Error('all of them ended without coming to the point');
  await victim.ended;
  expect(pointsIn(pointsFile(lab)).at(-1)?.isIt, 'it died where it should').toBe(true);
}

describe('With half a dozen operations in hand', () => {
  it.concurrent.each(points)(
    'a process is killed at %s, and each of them ends as it should',
    async (point) => {
      const database = await freshDatabase();
      const lab = await CrashLab.replicas(database.url, undefined, { seed: worldOf(all), startupMs: 50 });
      try {
        const initial = await lab.witness.control<Snapshot>('GET', '/world');
        const victim = await lab.start({ POINT: point, POINT_LOG: pointsFile(lab) });
        await untilKilled(lab, victim);
        const next = await lab.start();
        // Whoever has heard nothing asks again by the same key.
        const operations = await Promise.all(all.map((slot) => onboard(next, slot)));
        const ended = await Promise.all(operations.map(({ href }) => lab.untilDone(next, href)));
        const world = await lab.witness.control<Snapshot>('GET', '/world');
        for (const [index, slot] of all.entries()) {
          const [is, bare] = [slotView(world, slot), slotView(initial, slot)];
          expect([slot.key, ended[index]?.state]).toEqual([
            slot.key,
            slot.isTrapped ? 'failed' : 'completed',
          ]);
          expect(
            slot.isTrapped ? differences(is, bare) : faultsOfActive(is, bare, slot, slot.businessProcesses),
          ).toEqual([]);
          const sequences = await lab.sequences(next, ended[index]?.solution.id ?? '');
          expect(sequences).toEqual(sequences.map((_, i) => i + 1));
        }
        const { items } = await next.call<{ items: unknown[] }>('GET', '/v1/operations?limit=100');
        expect(items).toHaveLength(all.length);
      } finally {
        await lab.close();
        await database.drop();
      }
    },
  );
});
