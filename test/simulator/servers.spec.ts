/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call --
   answers are looked at as JSON, member by member: no type of ours stands between the wire and the expectation */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM, TestWorld } from './world.js';

let world: TestWorld;
let claims: number;
let retail: number;
let retailB: number;
beforeAll(async () => {
  world = await TestWorld.start();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.control('POST', 'reset', {});
  [claims, retail, retailB] = [
    await world.application('IxnServer_Claims'),
    await world.application('IxnServer_Retail'),
    await world.application('IxnServer_Retail_B'),
  ];
});

const act = (dbid: number, what: string, body?: object) =>
  world.bridge('POST', `applications/${dbid}/${what}`, body);
const statusesOf = async (dbid: number): Promise<number[]> =>
  (await world.log())
    .filter((l) => l.object.dbid === dbid && l.object.type === 9)
    .map((l) => (l.after as { status: number }).status);
const interruption = async (dbid: number) =>
  (await world.control('GET', 'interruptions')).servers.find(
    (s: { application: number }) => s.application === dbid,
  );

/** A Person who may run the server, with what its base group and its own Application objects give. */
async function accountFor(...applications: number[]): Promise<{ accountType: number; accountDbid: number }> {
  const person = await world.createPerson('server');
  await world.addMember(await world.dbid('access-groups', 'Ixn servers base'), person);
  for (const dbid of applications) await world.grant(9, dbid, 3, person, 9);
  return { accountType: 3, accountDbid: person };
}

describe('a server of its own', () => {
  it('moves from running to stopped and back by itself, through the states that SCS has', async () => {
    expect(await world.status(claims)).toEqual({ status: 6, runMode: 'primary' });
    const stopped = await act(claims, 'stop', { graceful: true });
    expect([stopped.status, stopped.json]).toEqual([202, { status: 3 }]);
    await world.untilStatus(claims, 1, 'none');
    const started = await act(claims, 'start');
    expect([started.status, started.json]).toEqual([202, { status: 5 }]);
    await world.untilStatus(claims, 6, 'primary');
    expect(await statusesOf(claims)).toEqual([3, 1, 5, 4, 7, 6]);
  });

  it('refuses what SCS refuses: start of a running, stop of a stopped, the same twice, switch-over without a backup', async () => {
    await world.switch({ shutdownMs: 60_000 });
    const codes = [
      (await act(claims, 'start')).json.scsError,
      (await act(claims, 'switch-over')).json.scsError,
    ];
    await act(claims, 'stop', { graceful: true });
    codes.push(
      (await act(claims, 'stop', { graceful: true })).json.scsError,
      (await act(claims, 'start')).json.scsError,
    );
    const legacy = await act(await world.application('IxnServer_Legacy'), 'stop');
    codes.push(legacy.json.scsError);
    expect(codes).toEqual([2, 13, 7, 7, 1]);
    expect(legacy.status).toBe(409);
    expect((await act(9999, 'stop')).status).toBe(404);
  });

  it('a forced stop ends a graceful one that hangs, and an ignored graceful stop leaves it running', async () => {
    await world.switch({ gracefulStop: 'ignored' });
    expect((await act(claims, 'stop', { graceful: true })).json).toEqual({ status: 6 });
    await world.switch({ gracefulStop: 'hangs' });
    await act(claims, 'stop', { graceful: true });
    expect((await world.status(claims)).status).toBe(3);
    await act(claims, 'stop', { graceful: false });
    await world.untilStatus(claims, 1);
  });

  it('comes up only if its account has Execute on its Application object', async () => {
    const legacy = await world.application('IxnServer_Legacy');
    const account = { accountType: 3, accountDbid: await world.createPerson('p') };
    await world.bridge('PUT', `account/${legacy}`, account);
    await act(legacy, 'start');
    await world.untilStatus(legacy, 1);
    expect(await statusesOf(legacy)).toEqual(expect.arrayContaining([5, 4, 7, 1]));
    await world.grant(9, legacy, 3, account.accountDbid, 9);
    await act(legacy, 'start');
    await world.untilStatus(legacy, 6);
  });

  it('runs blind without Read on any Business Process, and the world says what it sees', async () => {
    const legacy = await world.application('IxnServer_Legacy');
    const account = await accountFor(legacy);
    await world.bridge('PUT', `account/${legacy}`, account);
    await act(legacy, 'start');
    await world.untilStatus(legacy, 6);
    const sees = async () => (await world.world()).servers.find((s) => s.application === legacy)?.sees;
    expect(await sees()).toEqual([]);
    await world.grant(12, await world.dbid('scripts', 'Bank Chat'), 3, account.accountDbid, 1);
    expect(await sees()).toEqual(['Bank Chat']);
    const shared = (await world.world()).servers.find((s) => s.name === 'IxnServer_Shared');
    expect(shared?.sees).toHaveLength(8);
  });

  it('takes a new account at its next start, or at once, as the switch says', async () => {
    const account = await accountFor(claims);
    const runsAs = async () => (await world.world()).servers.find((s) => s.application === claims)?.runningAs;
    await world.bridge('PUT', `account/${claims}`, account);
    expect(await runsAs()).toEqual({ type: 21, dbid: 98 });
    await world.bridge('PUT', `account/${claims}`, SYSTEM);
    await world.switch({ accountTakesEffect: 'at-once' });
    await world.bridge('PUT', `account/${claims}`, account);
    expect(await runsAs()).toEqual({ type: 3, dbid: account.accountDbid });
  });

  it('comes back by itself where autostart is on and its annex says so', async () => {
    await world.switch({ autostart: true });
    await world.control('POST', 'change', {
      update: { object: { type: 9, dbid: claims }, annex: { sml: { autostart: 'true' } } },
    });
    await act(claims, 'stop');
    await world.untilStatus(claims, 1);
    await world.untilStatus(claims, 6);
  });
});

describe('the trap of the seed', () => {
  it('lets the claims server come up under SYSTEM but not under an account that cannot read the opening hours', async () => {
    const account = await accountFor(claims);
    await act(claims, 'stop');
    await world.untilStatus(claims, 1);
    await world.bridge('PUT', `account/${claims}`, account);
    await act(claims, 'start');
    await world.until(
      'initialising and giving up',
      async () => (await statusesOf(claims)).slice(-2).join() === '7,1',
    );
    await world.bridge('PUT', `account/${claims}`, SYSTEM);
    await act(claims, 'start');
    await world.untilStatus(claims, 6);
    const list = await world.dbid('transactions', 'Claims opening hours');
    await world.grant(16, list, 3, account.accountDbid, 1);
    await act(claims, 'stop');
    await world.untilStatus(claims, 1);
    await world.bridge('PUT', `account/${claims}`, account);
    await act(claims, 'start');
    await world.untilStatus(claims, 6);
  });
});

describe('a pair', () => {
  it('has one primary among the running; a switch-over swaps them without an interruption', async () => {
    expect([await world.status(retail), await world.status(retailB)].map((s) => s.runMode)).toEqual([
      'primary',
      'backup',
    ]);
    expect((await act(retail, 'switch-over')).json.scsError).toBe(13);
    expect((await act(retailB, 'switch-over')).json).toEqual({ status: 6, runMode: 'backup' });
    await world.untilStatus(retailB, 6, 'primary');
    expect((await world.status(retail)).runMode).toBe('backup');
    expect(await interruption(retail)).toMatchObject({
      interruptedMs: 0,
      interruptions: 0,
      hasRunningPrimary: true,
    });
  });

  it('is rebound rolling without a moment in which none of them is a running primary', async () => {
    const account = await accountFor(retail, retailB);
    const rebind = async (dbid: number): Promise<void> => {
      await act(dbid, 'stop');
      await world.untilStatus(dbid, 1);
      await world.bridge('PUT', `account/${dbid}`, account);
      await act(dbid, 'start');
      await world.untilStatus(dbid, 6, 'backup');
    };
    await rebind(retailB);
    await act(retailB, 'switch-over');
    await world.untilStatus(retailB, 6, 'primary');
    await rebind(retail);
    expect(await interruption(retail)).toMatchObject({ interruptedMs: 0, interruptions: 0 });
  });

  it('leaves it to a switch what becomes of the backup when the primary stops, and the clock runs where nobody takes over', async () => {
    await act(retail, 'stop');
    expect((await world.status(retailB)).runMode).toBe('primary');
    expect(await interruption(retail)).toMatchObject({ interruptions: 0 });

    await world.control('POST', 'reset', {});
    await world.switch({ backupWhenPrimaryStops: 'stays-backup' });
    await act(retail, 'stop');
    await world.untilStatus(retail, 1);
    expect(await world.status(retailB)).toEqual({ status: 6, runMode: 'backup' });
    expect(await interruption(retail)).toMatchObject({ interruptions: 1, hasRunningPrimary: false });
    await act(retailB, 'switch-over');
    await world.untilStatus(retailB, 6, 'primary');
    expect((await interruption(retail)).interruptedMs).toBeGreaterThan(0);
    await world.control('POST', 'interruptions/reset', {});
    expect(await interruption(retail)).toMatchObject({ interruptedMs: 0, interruptions: 0 });

    await world.control('POST', 'reset', {});
    await world.switch({ backupWhenPrimaryStops: 'stops' });
    await act(retail, 'stop');
    await world.untilStatus(retailB, 1);
  });

  it('with the rule enforced at start does not come up under another account than its partner', async () => {
    await world.switch({ pairRule: 'start' });
    const account = await accountFor(retail, retailB);
    await act(retailB, 'stop');
    await world.untilStatus(retailB, 1);
    await world.bridge('PUT', `account/${retailB}`, account);
    await act(retailB, 'start');
    await world.until('giving up', async () => (await statusesOf(retailB)).slice(-2).join() === '7,1');
  });
});
