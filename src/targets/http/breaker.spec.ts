import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from '../../../test/targets/expect-call-error.js';
import { CallError } from '../../saga/call-error.js';
import { Breaker, type BreakerState } from './breaker.js';
import type { HttpAnswer } from './message.js';

const options = { failures: 3, probeAfterMs: 1_000, maxProbeAfterMs: 15_000 };
const answer = (status: number, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status,
  headers,
  text: '',
});
const failed =
  (...[errorClass, retryAfterMs]: [CallError['errorClass'], number?]) =>
  (): Promise<HttpAnswer> =>
    Promise.reject(
      new CallError(
        errorClass,
        `told to be ${errorClass}`,
        retryAfterMs === undefined ? {} : { retryAfterMs },
      ),
    );
const unreadable = (): Promise<HttpAnswer> =>
  Promise.reject(new CallError('unknown', 'not HTTP', { platform: 'HPE_INVALID_CONSTANT' }));
const refused = failed('target-down');
const fine = (): Promise<HttpAnswer> => Promise.resolve(answer(200));

let states: BreakerState[];
let breaker: Breaker;

beforeEach(() => {
  vi.useFakeTimers();
  states = [];
  breaker = new Breaker('lab/security', options, (state) => states.push(state));
});
afterEach(() => {
  breaker.close();
  vi.useRealTimers();
});

async function run(exchange: () => Promise<HttpAnswer>, times = 1): Promise<void> {
  for (let i = 0; i < times; i += 1) await breaker.run('asking', exchange).catch(() => undefined);
}

describe('A breaker', () => {
  it.each([
    ['refused connections', refused],
    ['lost answers', failed('unknown')],
    ['HTTP 502', () => Promise.resolve(answer(502))],
    ['HTTP 503', () => Promise.resolve(answer(503))],
    ['HTTP 504', () => Promise.resolve(answer(504))],
  ])('is opened by %s in a row', async (_, exchange) => {
    await run(exchange, 2);
    expect(breaker.state.state).toBe('closed');
    await run(exchange);
    expect(breaker.state).toMatchObject({ state: 'open', sinceMs: Date.now() });
    expect(breaker.state.detail).not.toBe('');
  });

  it.each([
    ['an error of the platform (HTTP 500 with platformCode)', () => Promise.resolve(answer(500))],
    ['no such object', () => Promise.resolve(answer(404))],
    ['wrong credentials', () => Promise.resolve(answer(401))],
    ['a limit of the target (HTTP 429)', () => Promise.resolve(answer(429))],
    ['an answer that is not understood', failed('transient')],
    ['an effect whose answer is not understood', unreadable],
    ['our own lease', failed('lease-lost')],
  ])('is not opened by %s', async (_, exchange) => {
    await run(exchange, 50);
    expect(breaker.state.state).toBe('closed');
  });

  it('counts failures in a row only: any answer shows that the channel is there', async () => {
    for (let i = 0; i < 20; i += 1) {
      await run(refused, 2);
      await run(() => Promise.resolve(answer(500)));
    }
    expect(breaker.state.state).toBe('closed');
  });

  it('while it is open refuses calls at once, and says why and until when', async () => {
    breaker.watchWith(() => Promise.reject(new CallError('target-down', 'still refused')));
    await run(refused, 3);
    const sent = vi.fn(fine);
    const error = await failureOf(breaker.run('reading acl 12/201', sent), 'target-down');
    expect(error.detail).toBe('reading acl 12/201: not asked, lab/security is down: told to be target-down');
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(900);
    expect(error.retryAfterMs).toBeLessThanOrEqual(1_200);
    expect(sent).not.toHaveBeenCalled();
  });

  it('through an hour lets nothing through but one probe at a time, four a minute', async () => {
    let inTheAir = 0;
    let most = 0;
    const probe = vi.fn(async () => {
      most = Math.max(most, (inTheAir += 1));
      await new Promise((resolve) => setTimeout(resolve, 500));
      inTheAir -= 1;
      throw new CallError('target-down', 'still refused');
    });
    breaker.watchWith(probe);
    await run(refused, 3);
    const sent = vi.fn(fine);
    for (let passed = 0; passed < 3_600; passed += 10) {
      await vi.advanceTimersByTimeAsync(10_000);
      await run(sent, 10);
    }
    expect(sent).not.toHaveBeenCalled();
    expect(most).toBe(1);
    expect(probe.mock.calls.length).toBeGreaterThan(3_600 / 17 - 5);
    expect(probe.mock.calls.length).toBeLessThan(3_600 / 15 + 6);
    expect(breaker.state).toMatchObject({ state: 'open', detail: 'still refused' });
  });

  it('closes when a probe is answered, be it with an error of the platform, and lets calls through', async () => {
    breaker.watchWith(() => Promise.reject(new CallError('auth', 'wrong password')));
    await run(refused, 3);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(breaker.state).toEqual({ state: 'closed', sinceMs: null, probeAtMs: null, detail: null });
    expect(await breaker.run('asking', fine)).toMatchObject({ status: 200 });
    expect(states.map(({ state }) => state)).toEqual(['open', 'half-open', 'closed']);
  });

  it('refuses calls while the probe is on its way', async () => {
    breaker.watchWith(() => new Promise((resolve) => setTimeout(resolve, 5_000)));
    await run(refused, 3);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(breaker.state.state).toBe('half-open');
    expect((await failureOf(breaker.run('asking', fine), 'target-down')).retryAfterMs).toBe(500);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(breaker.state.state).toBe('closed');
  });

  it('keeps since when the channel is down through failed probes', async () => {
    breaker.watchWith(() => Promise.reject(new CallError('target-down', 'still refused')));
    await run(refused, 3);
    const { sinceMs } = breaker.state;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(breaker.state.sinceMs).toBe(sinceMs);
  });

  it.each([
    ['an answer', () => Promise.resolve(answer(503, { 'retry-after': '120' })), 120_000],
    ['a failure', failed('target-down', 60_000), 60_000],
    [
      'an answer that asks for an hour, of which it gives five minutes',
      () => Promise.resolve(answer(503, { 'retry-after': '3600' })),
      300_000,
    ],
  ])('asks no sooner than the channel wants, by %s', async (_, exchange, afterMs) => {
    const probe = vi.fn(() => Promise.resolve());
    breaker.watchWith(probe);
    await run(exchange, 3);
    await vi.advanceTimersByTimeAsync(afterMs - 1_000);
    expect(probe).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(afterMs / 10 + 2_000);
    expect(probe).toHaveBeenCalledTimes(1);
  });

  it('asks nothing any more once it is closed down', async () => {
    const probe = vi.fn(() => Promise.resolve());
    breaker.watchWith(probe);
    await run(refused, 3);
    breaker.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probe).not.toHaveBeenCalled();
  });
});
