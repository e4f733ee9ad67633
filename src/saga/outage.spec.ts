import { describe, expect, it } from 'vitest';
import { irreversibleStarted } from './outage.js';
import { finding, given, making, starting, stopping } from './testing/given.js';

const rebind = [stopping('down'), making('account', { stage: 2 }), starting('up', { stage: 3 })];
const service = (events: readonly string[]): string[] =>
  events.filter((event) => event.startsWith('operation.service-'));

describe('The door of the outage', () => {
  it('is asked right before the first effect that opens it, and nothing is begun while it is asked', () => {
    const run = given({ rebind }).until('gate rebind');
    expect(run.inTheAir).toEqual(['gate rebind']);
    expect(run.action('down').state).toBe('planned');
    run.answers({ type: 'gated', findings: [] });
    expect(run.inTheAir).toEqual(['read down']);
  });

  it('turns the run round when it finds an error, with no server stopped', () => {
    const error = finding('error', 'missing-permission', 'The account cannot read.');
    const run = given({ rebind })
      .until('gate rebind')
      .answers({ type: 'gated', findings: [error] });
    expect(run.position).toMatchObject({
      state: 'failed',
      error: { code: 'missing-permission', step: 'rebind' },
    });
    expect(run.step('rebind').findings).toEqual([error]);
    expect(run.calls).toEqual(['observe rebind', 'gate rebind']);
  });

  it('is asked again by whoever takes over before the first stop', () => {
    const run = given({ rebind }).until('gate rebind').takenOver(0);
    expect(run.inTheAir).toEqual(['gate rebind']);
  });

  it('is asked once for all that follows, and not again after a take-over inside', () => {
    const run = given({ rebind })
      .until('apply account')
      .takenOver(0)
      .reads('account', 'account made')
      .toItsEnd();
    expect(run.state).toBe('completed');
    expect(run.calls.filter((call) => call.startsWith('gate'))).toHaveLength(1);
  });

  it('does not keep the gate waking the worker while asking has failed and waits', () => {
    const run = given({ rebind }).until('apply down').fails('down', 'transient').handedOver().after(1_000);
    run.answers({
      type: 'observe-failed',
      failure: { class: 'target-down', detail: 'down', retryAfterMs: 9_000 },
    });
    expect(run.wakesInMs).toBe(9_000);
  });
});

describe('serviceDown', () => {
  it('is said once each way: when the stop is sent and when a server runs again', () => {
    const run = given({ rebind, verify: [] }).until('read down');
    expect(run.position.serviceDown).toBe(false);
    run.until('apply down');
    expect(run.position.serviceDown).toBe(true);
    expect(run.decision.changed).toBe(true);
    run.until('apply up');
    expect(run.position.serviceDown).toBe(true);
    run.until('observe verify');
    expect(run.position.serviceDown).toBe(false);
    expect(service(run.toItsEnd().events)).toEqual(['operation.service-down', 'operation.service-restored']);
  });

  it('is not said while the target is only read, however long that takes', () => {
    const run = given({ rebind }).until('read down').readFails('down', 'target-down').after(60_000);
    expect(run.position.serviceDown).toBe(false);
    expect(service(run.events)).toEqual([]);
  });

  it('is not ours to say when the server was found stopped', () => {
    const run = given({ rebind }).until('read down').reads('down', 'stopped');
    expect(run.position.serviceDown).toBe(false);
  });

  it('is measured: from when the stop is sent until a server is seen to run, each time it happens', () => {
    const verify = { findings: [finding('error', 'account-not-set', 'Another account.')] };
    const run = given({ rebind, verify }).until('apply down');
    const stopAtMs = run.position.updatedAtMs;
    expect(run.position.interruptions).toEqual([
      { fromMs: expect.any(Number) as number, untilMs: null, unseen: true },
    ]);
    run.until('apply up').after(700).until('observe verify');
    const [first] = run.position.interruptions;
    expect(first?.untilMs).toBeGreaterThanOrEqual((first?.fromMs ?? 0) + 700);
    expect(first?.fromMs).toBeGreaterThanOrEqual(stopAtMs);
    run.toItsEnd();
    expect(run.position.interruptions).toHaveLength(2);
    expect(run.position.interruptions[0]).toEqual(first);
    expect(run.position.interruptions[1]?.untilMs).not.toBeNull();
  });

  it('holds while nobody knows whether the stop has landed', () => {
    const run = given({ rebind }).until('apply down').takenOver(0);
    expect(run.position.serviceDown).toBe(true);
    expect(run.after(60_000).position.serviceDown).toBe(true);
  });

  it('ends when the stop fell through', () => {
    const run = given({ rebind }).until('apply down').fails('down', 'transient');
    expect(run.position.serviceDown).toBe(false);
    expect(run.position.interruptions).toEqual([]);
    expect(service(run.events)).toEqual(['operation.service-down', 'operation.service-restored']);
  });

  const lost = () => given({ rebind }).until('apply down').fails('down', 'unknown').asked('cancel');
  const one = [{ fromMs: expect.any(Number) as number, untilMs: expect.any(Number) as number }];

  it('was none when the answer of the stop was lost and the undo finds the server running', () => {
    const run = lost();
    expect(run.position.serviceDown).toBe(true);
    run.toItsEnd();
    expect(run.position).toMatchObject({ state: 'cancelled', serviceDown: false, interruptions: [] });
    expect(run.calls).not.toContain('revert down');
  });

  it.each([
    ['on its way', 'running', true],
    ['stopped', 'stopped', false],
  ])(
    'was one when the answer of the stop was lost and the undo finds the server %s',
    (_, image, underway) => {
      const run = lost().reads('down', 'running').reads('down', image, { underway }).toItsEnd();
      expect(run.position).toMatchObject({ state: 'cancelled', serviceDown: false });
      expect(run.position.interruptions).toEqual(one);
    },
  );

  it('was one when the server is seen to stop and comes back by itself', () => {
    const run = given({ rebind }).until('apply down').accepts('down').after(200);
    run.reads('down', 'running', { underway: true }).after(600).reads('down', 'running');
    expect(run.position).toMatchObject({ serviceDown: false, interruptions: one });
  });

  it('is said again when the undo stops a server that ran, and ends when that runs as before', () => {
    const verify = { findings: [finding('error', 'account-not-set', 'Another account.')] };
    const run = given({ rebind, verify }).until('read up').until('observe verify').until('revert up');
    expect(run.position.serviceDown).toBe(true);
    run.until('revert account').until('revert down').toItsEnd();
    expect(run.position).toMatchObject({ state: 'failed', serviceDown: false });
    expect(service(run.events)).toEqual([
      'operation.service-down',
      'operation.service-restored',
      'operation.service-down',
      'operation.service-restored',
    ]);
  });

  it('stays when somebody abandons the operation inside the outage: nothing has been restored', () => {
    const run = given({ rebind })
      .until('read account')
      .cannotTell('account', 'look by hand')
      .asked('abandon');
    expect(run.position).toMatchObject({ state: 'abandoned', serviceDown: true });
    expect(service(run.events)).toEqual(['operation.service-down']);
  });
});

describe('Something irreversible', () => {
  const deleting = making('group', { kind: 'delete', irreversible: true, before: 'there', after: null });

  it('counts as started from its intent on, so that no request is accepted while it may be in the air', () => {
    const run = given({ work: [deleting] }).until('observe work');
    expect(irreversibleStarted(run.position)).toBe(false);
    run.until('read group');
    expect(irreversibleStarted({ ...run.position, live: given({}).position.live })).toBe(true);
  });

  it('does not count when it was found gone', () => {
    const run = given({ work: [deleting], verify: [] })
      .until('read group')
      .reads('group', null);
    expect(irreversibleStarted(run.position)).toBe(false);
  });
});
