import { Agent } from 'undici';
import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import { calledOff } from './classify.js';
import { Exchange } from './exchange.js';
import type { Limits } from './limiter.js';
import { Limiter } from './limiter.js';
import type { HttpAnswer, HttpRequest } from './message.js';

/** One line for the log: never a body, a header or a secret. */
export interface CallEntry {
  readonly target: string;
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
  /** For one request and its whole answer, from dispatch. */
  readonly timeoutMs: number;
  readonly onCall?: OnCall | undefined;
  readonly monotonicMs?: () => number;
}

/**
 * The one way out to a target: keep-alive connections to all its addresses, one limit over all its drivers.
 * Waiting for a place comes before the fence, so that a long queue cannot outlive the lease.
 * TLS trusts what Node trusts (`NODE_EXTRA_CA_CERTS`).
 */
export class TargetHttp {
  private readonly agent: Agent;
  private readonly limiter: Limiter;
  /** In front of the other one: what nobody waits for takes no more than half of it, and never queues there in hundreds. */
  private readonly background: Limiter;
  private readonly monotonicMs: () => number;

  constructor(private readonly options: TargetHttpOptions) {
    this.monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.limiter = new Limiter(options, this.monotonicMs);
    this.background = new Limiter(halfOf(options), this.monotonicMs);
    this.agent = new Agent({
      connections: options.maxConcurrent,
      pipelining: 1,
      connect: { timeout: options.timeoutMs },
      // The time-out of the whole exchange is ours; undici's own two would only add coarser ones.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** @throws CallError `target-down` (never sent), `unknown` (an effect sent without an answer), `lease-lost` */
  async send(call: Call, request: HttpRequest): Promise<HttpAnswer> {
    try {
      const exchanged = () => this.limiter.run(() => this.exchange(call, request), call.signal);
      if (call.look?.pace !== 'background') return await exchanged();
      return await this.background.run(exchanged, call.signal);
    } catch (error) {
      if (error instanceof CallError) throw error;
      throw calledOff(request, false, error);
    }
  }

  async close(): Promise<void> {
    await this.agent.close();
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
      method: request.method,
      path: request.path,
      status,
      ...(failure === undefined ? {} : { failure }),
      ms: Math.round((this.monotonicMs() - startedMs) * 10) / 10,
    });
  }
}

const halfOf = ({ maxConcurrent, maxPerSecond }: Limits): Limits => ({
  maxConcurrent: Math.max(1, Math.floor(maxConcurrent / 2)),
  maxPerSecond: Math.max(1, maxPerSecond / 2),
});
