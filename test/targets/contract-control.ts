import { expect, it } from 'vitest';
import { reading } from '../../src/saga/call.js';
import { failureOf } from './expect-call-error.js';
import type { MakeTarget } from './target-under-test.js';
import { missingDbid, serverOf, underTest } from './target-under-test.js';

const Status = { stopped: 1, running: 6 } as const;

export function controlContract(makeTarget: MakeTarget): void {
  const under = underTest(makeTarget);
  const dbidOf = async (name: string): Promise<number> => (await serverOf(under(), name)).dbid;
  const becomes = async (dbid: number, expected: object): Promise<void> => {
    await expect
      .poll(() => under().target.control.status(reading, dbid), { timeout: 20_000, interval: 20 })
      .toMatchObject(expected);
  };

  it.each([true, false])('stops a server (graceful: %s) and starts it again', async (graceful) => {
    const { control } = under().target;
    const dbid = await dbidOf(under().names.server);
    await becomes(dbid, { status: Status.running, runMode: 'primary' });
    await control.stop(reading, dbid, graceful);
    await becomes(dbid, { status: Status.stopped, runMode: 'none' });
    await control.start(reading, dbid);
    await becomes(dbid, { status: Status.running, runMode: 'primary' });
  });

  it('reports orders that do not fit the state as a conflict, so that it is read again', async () => {
    const { control } = under().target;
    const dbid = await dbidOf(under().names.server);
    await becomes(dbid, { status: Status.running });
    await failureOf(control.start(reading, dbid), 'conflict');
    await control.stop(reading, dbid, false);
    await becomes(dbid, { status: Status.stopped });
    await failureOf(control.stop(reading, dbid, true), 'conflict');
    await control.start(reading, dbid);
    await becomes(dbid, { status: Status.running });
  });

  it('makes a backup the primary and its partner the backup', async () => {
    const { control } = under().target;
    const { pair } = under().names;
    const [primary, backup] = [await dbidOf(pair.primary), await dbidOf(pair.backup)];
    await becomes(primary, { status: Status.running, runMode: 'primary' });
    await becomes(backup, { status: Status.running, runMode: 'backup' });
    await control.switchOver(reading, backup);
    await becomes(backup, { runMode: 'primary' });
    await becomes(primary, { runMode: 'backup' });
    await control.switchOver(reading, primary);
    await becomes(primary, { runMode: 'primary' });
  });

  it('answers null for an application that does not exist, and a conflict when it is to be started', async () => {
    const { control } = under().target;
    expect(await control.status(reading, missingDbid)).toBeNull();
    await failureOf(control.start(reading, missingDbid), 'conflict');
    await failureOf(control.stop(reading, missingDbid, true), 'conflict');
    await failureOf(control.switchOver(reading, missingDbid), 'conflict');
  });
}
