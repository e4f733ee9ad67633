import { afterEach, describe, expect, it } from 'vitest';
import { untilStanding } from '../saga/engine.js';
import { claims, desired, Lab } from './lab.js';

let lab: Lab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const world = (at: Lab): Promise<unknown> => at.control('GET', '/world');

describe('Onboarding over the wire', () => {
  it.each(['rolling', 'together'] as const)('gives a pair its own account, %s', async (mode) => {
    lab = await Lab.open();
    const id = await lab.accept(desired({ restart: { ...desired().restart, mode } }));
    const position = await untilStanding(lab.database, id);
    expect(position.error).toBeNull();
    expect(position.state).toBe('completed');
    expect(position.steps.map((step) => step.state)).toEqual(position.steps.map(() => 'done'));
  });

  it('undoes a server that does not come up under its new account, to the last entry', async () => {
    lab = await Lab.open();
    const before = await world(lab);
    const id = await lab.accept(claims());
    const position = await untilStanding(lab.database, id);
    expect(position).toMatchObject({ state: 'failed', error: { step: 'rebind-server' } });
    expect(await world(lab)).toEqual(before);
    expect(position.steps.map((step) => step.state)).toEqual([
      'done',
      'undone',
      'undone',
      'undone',
      'done',
      'undone',
      'pending',
    ]);
  });

  it('plans what it then does, and does nothing else', async () => {
    lab = await Lab.open();
    const before = await world(lab);
    const plan = await lab.plan(desired());
    expect(plan.findings.filter((finding) => finding.severity === 'error')).toEqual([]);
    expect(await world(lab)).toEqual(before);
    const again = await lab.plan(desired());
    expect(again.digest).toBe(plan.digest);
    const position = await untilStanding(lab.database, await lab.accept(desired()));
    expect(position.actions.map(({ spec }) => [spec.kind, spec.object.name])).toEqual(
      plan.actions.map(({ kind, object }) => [kind, object.name]),
    );
  });
});
