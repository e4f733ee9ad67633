import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { messageOf } from '../../errors.js';
import { CallError } from '../../saga/call-error.js';
import { headerOf, type HttpAnswer } from './message.js';
import { ProbeBackoff, type ProbeTimes } from './probe-backoff.js';
import { retryAfterMs } from './retry-after.js';

export interface BreakerOptions extends ProbeTimes {
  /** So many calls in a row without an answer open it. */
  readonly failures: number;
}

export interface BreakerState {
  readonly state: 'closed' | 'open' | 'half-open';
  /** Epoch ms; null while closed. */
  readonly sinceMs: number | null;
  /** When it is asked next whether it is there again, epoch ms. */
  readonly probeAtMs: number | null;
  /** What the last call met. */
  readonly detail: string | null;
}

const closed: BreakerState = { state: 'closed', sinceMs: null, probeAtMs: null, detail: null };
const names = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
} as const;

/** Whoever is refused comes back no sooner: the probe may take as long as a call. */
const leastWaitMs = 500;

/**
 * The circuit breaker of one channel. What opens it is a channel that is not there: no connection, no answer in time, 502 to 504.
 * Whatever was understood and answered, an error too, shows that it is there. While it is open calls fail at once; whether the
 * channel is back is asked by one probe, with growing pauses or as the channel asks, and never by the calls that wait for it.
 */
export class Breaker {
  private readonly policy: CircuitBreakerPolicy;
  private now: BreakerState = closed;
  private probe: (() => Promise<void>) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    /** As in `lab/security`. */
    private readonly channel: string,
    options: BreakerOptions,
    private readonly onChange: (state: BreakerState) => void = () => undefined,
  ) {
    const backoff = new ProbeBackoff(options, waitAskedFor);
    this.policy = circuitBreaker(handleWhen(isAway).orWhenResult(saysAway), {
      breaker: new ConsecutiveBreaker(options.failures),
      halfOpenAfter: backoff,
    });
    this.policy.onBreak((reason) => {
      const found = 'error' in reason ? detailOf(reason.error) : 'value' in reason ? sayOf(reason.value) : '';
      const { sinceMs } = this.now;
      const nowMs = Date.now();
      this.probeIn(backoff.lastMs);
      this.moved({ sinceMs: sinceMs ?? nowMs, probeAtMs: nowMs + backoff.lastMs, detail: found });
    });
    this.policy.onStateChange((state) => {
      if (state === CircuitState.HalfOpen) this.moved({});
    });
    this.policy.onReset(() => this.moved(closed));
  }

  get state(): BreakerState {
    return this.now;
  }

  /** @param probe asks the channel once, past this breaker */
  watchWith(probe: () => Promise<void>): void {
    this.probe = probe;
  }

  /** @throws CallError `target-down` at once, while it is not closed */
  refuse(what: string): void {
    if (this.policy.state === CircuitState.Closed) return;
    const { detail, probeAtMs } = this.now;
    throw new CallError('target-down', `${what}: not asked, ${this.channel} is down: ${detail ?? ''}`, {
      retryAfterMs: Math.max(leastWaitMs, (probeAtMs ?? 0) - Date.now()),
    });
  }

  /** Lets one exchange through and learns from it. @throws what the exchange throws, or as `refuse` */
  async run(what: string, exchange: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    this.refuse(what);
    return this.policy.execute(exchange);
  }

  close(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private probeIn(ms: number): void {
    clearTimeout(this.timer);
    if (!this.ended) this.timer = setTimeout(() => void this.ask(), ms).unref();
  }

  private async ask(): Promise<void> {
    try {
      await this.policy.execute(() => this.probe?.());
    } catch (error) {
      // The two clocks differ by a ms: the timer's and the policy's.
      if (error instanceof BrokenCircuitError) this.probeIn(10);
    }
  }

  private moved(to: Partial<BreakerState>): void {
    this.now = { ...this.now, ...to, state: names[this.policy.state] };
    this.onChange(this.now);
  }
}

/** A call that never arrived, or whose answer never came. An answer that nobody understood is one: it names its code. */
const isAway = (error: Error): boolean =>
  error instanceof CallError &&
  (error.errorClass === 'target-down' ||
    (error.errorClass === 'unknown' && error.options.platform === undefined));

const awayStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

const isAnswer = (value: unknown): value is HttpAnswer =>
  typeof value === 'object' && value !== null && 'status' in value;

const saysAway = (value: unknown): boolean => isAnswer(value) && awayStatuses.has(value.status);

const sayOf = (value: unknown): string => (isAnswer(value) ? `it answers HTTP ${value.status}` : '');

const detailOf = (error: unknown): string => (error instanceof CallError ? error.detail : messageOf(error));

/** In ms; undefined: the channel did not say. */
function waitAskedFor(reason: unknown): number | undefined {
  if (typeof reason !== 'object' || reason === null) return undefined;
  if ('error' in reason) return reason.error instanceof CallError ? reason.error.retryAfterMs : undefined;
  const value = 'value' in reason ? reason.value : undefined;
  return isAnswer(value) ? retryAfterMs(headerOf(value, 'retry-after'), Date.now()) : undefined;
}
