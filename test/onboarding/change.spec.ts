import { afterEach, describe, expect, it } from 'vitest';
import type { Position } from '../../src/saga/position.js';
import { claims, desired, Lab } from './lab.js';
import { changing, onboarded, run, world } from './later.js';

let lab: Lab;
afterEach(() => lab.close());

const did = ({ actions }: Pick<Position, 'actions'>) =>
  actions.map(({ spec: { kind, object } }) => [kind, object.name]);

const errors = (findings: readonly { severity: string }[]) =>
  findings.filter(({ severity }) => severity === 'error');

const together = { restart: { ...desired().restart, mode: 'together' } } as const;
const fewer = { businessProcesses: ['Retail Inbound', 'Bank Chat'] };
const elsewhere = { interactionServer: 'IxnServer_Legacy' };

describe('Change over the wire', () => {
  it('adds and takes away entries only, without touching a server', async () => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired());
    const wanted = changing(first, fewer);
    const before = await world(lab);
    const plan = await lab.plan(wanted, 'change', first.solutionId);
    expect(errors(plan.findings)).toEqual([]);
    expect(await world(lab)).toEqual(before);
    const position = await run(lab, 'change', wanted, first.solutionId);
    expect(position).toMatchObject({ error: null, state: 'completed' });
    expect(did(position)).toEqual([
      ['grant', 'Bank Chat'],
      ['revoke', 'Retail Outbound'],
      ['revoke', 'Retail Complaints'],
    ]);
    expect(did(position)).toEqual(plan.actions.map(({ kind, object }) => [kind, object.name]));
  });

  it('comes back to what was, when the old set is asked for again', async () => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired());
    const before = await world(lab);
    const second = await run(lab, 'change', changing(first, fewer), first.solutionId);
    const { businessProcesses } = desired();
    await run(lab, 'change', changing(second, { businessProcesses }), first.solutionId);
    expect(await world(lab)).toEqual(before);
  });

  it('has nothing to do for another displayName', async () => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired());
    const wanted = changing(first, { displayName: 'Retail by mail' });
    const position = await run(lab, 'change', wanted, first.solutionId);
    expect(position).toMatchObject({ state: 'completed', actions: [] });
  });

  it('moves to another server: that one is bound first, the old pair stopped as SYSTEM after it', async () => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired(together));
    const wanted = changing(first, elsewhere);
    const plan = await lab.plan(wanted, 'change', first.solutionId);
    expect(errors(plan.findings)).toEqual([]);
    const position = await run(lab, 'change', wanted, first.solutionId);
    expect(position).toMatchObject({ error: null, state: 'completed' });
    expect(did(position)).toEqual(plan.actions.map(({ kind, object }) => [kind, object.name]));
    const again = await lab.plan(changing(position, {}), 'change', first.solutionId);
    expect(again.actions).toEqual([]);
    const sets = position.actions.filter(({ spec }) => spec.kind === 'set-account' && spec.always !== true);
    expect(sets.map(({ spec }) => [spec.object.name, spec.after])).toEqual([
      ['IxnServer_Legacy', { type: 3, dbid: expect.any(Number) as number }],
      ['IxnServer_Retail', { type: 21, dbid: 98 }],
      ['IxnServer_Retail_B', { type: 21, dbid: 98 }],
    ]);
    const kinds = position.actions.map(({ spec }) => spec.kind);
    expect(kinds.lastIndexOf('set-account')).toBeLessThan(kinds.indexOf('revoke'));
  });

  it('takes everything back when the new server does not come up', async () => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired());
    const before = await world(lab);
    const wanted = changing(first, { ...fewer, interactionServer: claims().interactionServer });
    const position = await run(lab, 'change', wanted, first.solutionId);
    expect(position).toMatchObject({ state: 'failed', error: { step: 'rebind-server' } });
    expect(await world(lab)).toEqual(before);
  });

  it('takes everything back when a server that leaves cannot be stopped: the outage is not over yet', async () => {
    lab = await Lab.open();
    const acl = {
      object: { type: 16, name: 'Claims opening hours' },
      account: { type: 21, name: 'Ixn servers base' },
      accessMask: 1,
    };
    await lab.control('POST', '/change', { acl });
    const first = await onboarded(lab, desired(together));
    const before = await world(lab);
    const { servers } = before as { servers: { application: number; name: string }[] };
    const leaves = servers.find(({ name }) => name === 'IxnServer_Retail_B')?.application ?? 0;
    await lab.control('POST', '/faults', {
      match: { method: 'POST', path: `/applications/${leaves}/stop` },
      fault: { kind: 'status', status: 500, when: 'before' },
      times: null,
    });
    const wanted = changing(first, { interactionServer: 'IxnServer_Claims' });
    const position = await run(lab, 'change', wanted, first.solutionId);
    expect(position).toMatchObject({ state: 'failed', error: { step: 'rebind-server' }, serviceDown: false });
    expect(position.error?.detail).toContain('stop "IxnServer_Retail_B"');
    expect(await world(lab)).toEqual(before);
  });

  it('changes nothing when the account is gone', async () => {
    lab = await Lab.open();
    const first = await onboarded(lab, desired());
    const wanted = { ...changing(first, fewer), accessGroup: { name: 'another', accessMask: 9 } };
    const lost = { ...wanted, standing: { ...wanted.standing, accessGroup: null } };
    const position = await run(lab, 'change', lost, first.solutionId);
    expect(position).toMatchObject({ state: 'failed', error: { code: 'account-missing' }, actions: [] });
  });
});
