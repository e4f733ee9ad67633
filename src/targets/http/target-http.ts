import { Agent } from 'undici';
import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { Breaker } from './breaker.js';
import { calledOff } from './classify.js';
import { Exchange } from './exchange.js';
import type { Limits } from './limiter.js';
import { Limiter } from './limiter.js';
import type { HttpAnswer, HttpRequest } from './message.js';
import { SharedLimits } from './shared-limits.js';

/** One line for the log: never a body, a header or a secret. */
export interface CallEntry {
  readonly target: string;
  readonly channel: string;
  readonly method: string;
  readonly path: string;
  /** null when there was no answer. */
  readonly status: number | null;
  /** Class of the failure when there was no answer. */
  readonly failure?: string;
  /** From dispatch to answer, without the wait for a place. */
  readonly ms: number;
}
export type OnCall = (entry: CallEntry) => void;

export interface TargetHttpOptions extends Limits {
  readonly target: string;
  /** `objects`, `security` or `control`. */
  readonly channel: string;
  /** Of the whole target; left out: this channel has them for itself. */
  readonly limits?: SharedLimits;
  /** Connections to this channel, where it takes fewer than the target as a whole. */
  readonly maxConnections?: number | undefined;
  /** Left out: nothing is refused and nothing learnt. */
  readonly breaker?: Breaker;
  /** PEM of the authorities trusted instead of those Node trusts. */
  readonly ca?: string | undefined;
  /** For one request and its whole answer, from dispatch. */
  readonly timeoutMs: number;
  readonly onCall?: OnCall | undefined;
  readonly monotonicMs?: () => number;
}

/**
 * The one way out to a channel of a target: keep-alive connections and a breaker of its own, limits shared with the others.
 * Waiting for a place comes before the fence, so that a long queue cannot outlive the lease.
 * TLS trusts what Node trusts (`NODE_EXTRA_CA_CERTS`), or `ca` and nobody else.
 */
export class TargetHttp {
  private readonly limits: SharedLimits;
  private readonly connections: Limiter | undefined;
  private readonly monotonicMs: () => number;

  constructor(
    private readonly options: TargetHttpOptions,
    private readonly agent: Agent = makeAgent(options),
  ) {
    this.monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.limits = options.limits ?? new SharedLimits(options, this.monotonicMs);
    const { maxConnections, maxConcurrent } = options;
    if (maxConnections !== undefined && maxConnections < maxConcurrent)
      this.connections = new Limiter({ ...options, maxConcurrent: maxConnections }, this.monotonicMs);
  }

  /** The same channel past its breaker: for the probe that closes it, and for whoever asks how it is. */
  unguarded(): TargetHttp {
    const { breaker: _breaker, ...rest } = this.options;
    return new TargetHttp({ ...rest, limits: this.limits }, this.agent);
  }

  /** @throws CallError `target-down` (never sent), `unknown` (an effect sent without an answer), `lease-lost` */
  async send(call: Call, request: HttpRequest): Promise<HttpAnswer> {
    // Before it queues for a place, and once more when it has one.
    this.options.breaker?.refuse(request.what);
    try {
      const exchanged = () => this.limits.take(call, () => this.guarded(call, request));
      return await this.limits.pace(call, () => this.connections?.run(exchanged, call.signal) ?? exchanged());
    } catch (error) {
      if (error instanceof CallError) throw error;
      throw calledOff(request, false, error);
    }
  }

  async close(): Promise<void> {
    this.options.breaker?.close();
    await this.agent.close();
  }

  private guarded(call: Call, request: HttpRequest): Promise<HttpAnswer> {
    const { breaker } = this.options;
    const exchange = () => this.exchange(call, request);
    return breaker === undefined ? exchange() : breaker.run(request.what, exchange);
  }

  private async exchange(call: Call, request: HttpRequest): Promise<HttpAnswer> {
    const startedMs = this.monotonicMs();
    const exchange = new Exchange(call, request, this.options.timeoutMs, this.monotonicMs);
    try {
      const { method, origin, path, headers, body } = request;
      this.agent.dispatch({ method, origin, path, headers, body: body ?? null }, exchange);
      const answer = await exchange.answer;
      this.log(request, startedMs, answer.status);
      return answer;
    } catch (error) {
      this.log(request, startedMs, null, error instanceof CallError ? error.errorClass : undefined);
      throw error;
    }
  }

  private log(request: HttpRequest, startedMs: number, status: number | null, failure?: string): void {
    this.options.onCall?.({
      target: this.options.target,
      channel: this.options.channel,
      method: request.method,
      path: request.path,
      status,
      ...(failure === undefined ? {} : { failure }),
      ms: Math.round((this.monotonicMs() - startedMs) * 10) / 10,
    });
  }
}

function makeAgent({ maxConnections, maxConcurrent, timeoutMs, ca }: TargetHttpOptions): Agent {
  return new Agent({
    connections: Math.min(maxConnections ?? maxConcurrent, maxConcurrent),
    pipelining: 1,
    connect: { timeout: timeoutMs, ...(ca === undefined ? {} : { ca }) },
    // The time-out of the whole exchange is ours; undici's own two would only add coarser ones.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
