import { afterEach, describe, expect, it } from 'vitest';
import { reading } from '../../src/saga/call.js';
import type { Position } from '../../src/saga/position.js';
import { verbFits } from '../../src/saga/verbs.js';
import { Claims } from '../../src/solutions/ports/claims.js';
import { desired, Lab } from './lab.js';
import { changing, leaving, onboarded, run, world } from './later.js';

let lab: Lab;
afterEach(() => lab.close());

const did = ({ actions }: Pick<Position, 'actions'>) =>
  actions.map(({ spec: { kind, object } }) => [kind, object.name]);

const together = { restart: { ...desired().restart, mode: 'together' } } as const;

class NeighbourClaims extends Claims {
  constructor(private readonly requireExclusive: boolean) {
    super();
  }
  override heldByOthers(_target: string, resources: readonly string[]) {
    const solution = { tenant: 'Environment', key: 'bank-chat', requireExclusive: this.requireExclusive };
    const held = resources.filter((resource) => resource.endsWith('/Bank Chat'));
    return Promise.resolve(held.map((resource) => ({ resource, solution })));
  }
}

describe('Offboarding over the wire', () => {
  it('leaves the world of before the onboarding, where the servers run as before', async () => {
    lab = await Lab.open();
    const before = await world(lab);
    const first = await onboarded(lab, desired(together));
    const position = await run(lab, 'offboarding', leaving(first, 'former'), first.solutionId);
    expect(position).toMatchObject({ error: null, state: 'completed' });
    expect(await world(lab)).toEqual(before);
  });

  it('leaves the servers stopped as SYSTEM by default, and all else as it was', async () => {
    lab = await Lab.open();
    const before = await world(lab);
    const first = await onboarded(lab, desired(together));
    await run(lab, 'offboarding', leaving(first, 'stopped'), first.solutionId);
    const applications = await lab.targets.get('lab').objects.find(reading, 'application', {});
    const pair = applications.filter(({ name }) => name.startsWith('IxnServer_Retail'));
    for (const { dbid } of pair) {
      expect(await lab.targets.get('lab').control.status(reading, dbid)).toMatchObject({ status: 1 });
      const { account } = (await lab.targets.get('lab').security.readAccount(reading, dbid))!;
      expect(account).toEqual({ type: 21, dbid: 98 });
    }
    const { control } = lab.targets.get('lab');
    for (const name of ['IxnServer_Retail', 'IxnServer_Retail_B']) {
      await control.start(reading, pair.find((one) => one.name === name)!.dbid);
      await expect
        .poll(() => control.status(reading, pair.find((one) => one.name === name)!.dbid))
        .toMatchObject({ status: 6 });
    }
    expect(await world(lab)).toEqual(before);
  });

  it.each(['stopped', 'former'] as const)('plans what it then does, %s', async (serverAfter) => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired());
    const before = await world(lab);
    const wanted = leaving(first, serverAfter);
    const plan = await lab.plan(wanted, 'offboarding', first.solutionId);
    expect(await world(lab)).toEqual(before);
    const position = await run(lab, 'offboarding', wanted, first.solutionId);
    expect(
      position.actions.map(({ spec: { kind, object, before: was, after } }) => [kind, object, was, after]),
    ).toEqual(plan.actions.map(({ kind, object, before: was, after }) => [kind, object, was, after]));
    expect(did(position).slice(-3)).toEqual([
      ['update', 'ixn-retail-email'],
      ['delete', 'ixn-retail-email'],
      ['delete', 'retail-email-account'],
    ]);
  });

  it('takes away what changes have added', async () => {
    lab = await Lab.open();
    const before = await world(lab);
    const first = await onboarded(lab, desired(together));
    const wider = changing(first, { businessProcesses: [...desired().businessProcesses, 'Bank Chat'] });
    const second = await run(lab, 'change', wider, first.solutionId);
    await run(lab, 'offboarding', leaving(second, 'former'), first.solutionId);
    expect(await world(lab)).toEqual(before);
  });

  it('comes back to the running solution when it fails before anything is deleted', async () => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired(together));
    const before = await world(lab);
    await lab.control('POST', '/faults', {
      match: { method: 'PUT', path: '/persons' },
      fault: { kind: 'refuse', errorType: 201 },
    });
    const position = await run(lab, 'offboarding', leaving(first, 'stopped'), first.solutionId);
    expect(position).toMatchObject({ state: 'failed', error: { step: 'retire-person' } });
    expect(await world(lab)).toEqual(before);
  });

  it('cannot be cancelled or compensated once something has been deleted', async () => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired(together));
    const position = await run(lab, 'offboarding', leaving(first, 'stopped'), first.solutionId);
    const tail = { ...position, state: 'needs-attention' } as const;
    expect(verbFits('cancel', tail) || verbFits('compensate', tail)).toBe(false);
    expect(verbFits('retry', tail) && verbFits('abandon', tail)).toBe(true);
  });

  it('deletes nothing that somebody else has put a member into', async () => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired());
    const { objects } = lab.targets.get('lab');
    const [designer] = await objects.find(reading, 'person', { userName: 'designer' });
    const [group] = await objects.find(reading, 'accessGroup', { name: 'retail-email-account' });
    await objects.addMember(reading, group!.dbid, { type: 3, dbid: designer!.dbid });
    const before = await world(lab);
    const position = await run(lab, 'offboarding', leaving(first, 'stopped'), first.solutionId);
    expect(position).toMatchObject({ state: 'failed', error: { code: 'used-by-others' }, actions: [] });
    expect(await world(lab)).toEqual(before);
  });

  it('has nothing to do where nothing of the solution is left', async () => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired());
    await run(lab, 'offboarding', leaving(first, 'stopped'), first.solutionId);
    const position = await run(lab, 'offboarding', leaving(first, 'stopped'), first.solutionId);
    expect(position).toMatchObject({ state: 'completed', actions: [] });
  });

  it.each([
    [true, 'failed'],
    [false, 'completed'],
  ] as const)(
    'says which neighbour a server sent back would read, and refuses where that one is exclusive (%s)',
    async (exclusive, end) => {
      lab = await Lab.open({}, {}, new NeighbourClaims(exclusive));
      const first = await onboarded(lab, desired());
      const position = await run(lab, 'offboarding', leaving(first, 'former'), first.solutionId);
      expect(position.state).toBe(end);
      expect(position.steps[0]!.findings.map(({ code }) => code)).toContain('neighbour-readable');
    },
  );
});
