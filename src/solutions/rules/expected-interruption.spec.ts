import { describe, expect, it } from 'vitest';
import type { PlannedAction } from '../../saga/action.js';
import { expectedInterruption, interruptionFindings } from './expected-interruption.js';
import type { Drivers } from './work-by-hand.js';

const bridge = { driver: 'bridge', baseUrl: 'http://127.0.0.1', token: 'x' } as const;
const manual = { driver: 'manual' };
const drivers = { security: bridge, control: bridge } as unknown as Drivers;
const byHand = { security: bridge, control: manual } as unknown as Drivers;

const action = (kind: PlannedAction['kind'], more: Partial<PlannedAction> = {}): PlannedAction => ({
  kind,
  object: { type: 9, name: 'IxnServer', dbid: 150 },
  before: null,
  after: null,
  stage: 1,
  ...more,
});
const stop = (more: Partial<PlannedAction> = {}) =>
  action('stop', { underwayMs: 40_000, overdue: 'fail', ...more });
const start = (more: Partial<PlannedAction> = {}) =>
  action('start', { underwayMs: 60_000, overdue: 'apply-again', ...more });
const once = [stop({ service: 'lost' }), action('set-account'), start({ service: 'restored' })];

describe('The interruption that a plan expects', () => {
  it('is none where another server serves all the time', () => {
    const actions = [stop(), action('set-account'), start(), action('switch-over', { underwayMs: 60_000 })];
    expect(expectedInterruption(actions, drivers)).toEqual({ expected: 'none', atMostSeconds: 0 });
    expect(interruptionFindings(actions, drivers)).toEqual([]);
    expect(expectedInterruption([], drivers)).toEqual({ expected: 'none', atMostSeconds: 0 });
  });

  it('lasts from the stop of the last server to the start of the first, as long as both may take', () => {
    const actions = [stop(), ...once, start()];
    expect(expectedInterruption(actions, drivers)).toEqual({ expected: 'temporary', atMostSeconds: 100 });
    expect(interruptionFindings(actions, drivers)).toEqual([
      {
        severity: 'warning',
        code: 'service-interruption',
        detail:
          '"IxnServer" is stopped and no other server takes over: the service is interrupted, for at most 100 s.',
        object: { type: 9, name: 'IxnServer', dbid: 150 },
      },
    ]);
  });

  it('is bounded in the same way where a partner runs and nobody knows whether it takes over', () => {
    const actions = [stop({ service: 'doubtful' }), action('set-account'), start({ service: 'restored' })];
    expect(expectedInterruption(actions, drivers)).toEqual({ expected: 'temporary', atMostSeconds: 100 });
    expect(interruptionFindings(actions, drivers)[0]?.detail).toBe(
      '"IxnServer" is stopped, and it is not known whether its partner, which runs, takes over: where it does not, the service is interrupted, for at most 100 s.',
    );
  });

  it('counts a graceful stop twice where it is forced when it takes too long', () => {
    const [, ...rest] = once;
    const actions = [stop({ service: 'lost', overdue: 'apply-again' }), ...rest];
    expect(expectedInterruption(actions, drivers).atMostSeconds).toBe(140);
  });

  it('adds up where the service is lost more than once', () => {
    expect(expectedInterruption([...once, ...once], drivers).atMostSeconds).toBe(200);
  });

  it('lasts where no server is started again', () => {
    const actions = [stop(), stop({ service: 'lost' }), action('set-account')];
    expect(expectedInterruption(actions, drivers)).toEqual({ expected: 'lasting', atMostSeconds: null });
    expect(interruptionFindings(actions, drivers)[0]?.detail).toContain('stays so');
  });

  it('has no end that anybody could name where a person stops and starts the servers', () => {
    expect(expectedInterruption(once, byHand)).toEqual({ expected: 'temporary', atMostSeconds: null });
    expect(interruptionFindings(once, byHand)[0]?.detail).toContain('until a person has started a server');
  });
});
