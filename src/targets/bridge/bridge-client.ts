import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { headerOf, splitBaseUrl } from '../http/message.js';
import type { TargetHttp } from '../http/target-http.js';
import type { Body, Outcome } from './answer.js';
import { outcomeOf } from './answer.js';

export interface BridgeOptions {
  /** Without the `/v1` of the contract. */
  readonly baseUrl: string;
  readonly token: string;
}

export interface BridgeRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below `/v1/`. */
  readonly address: string;
  readonly what: string;
  readonly effect: boolean;
  readonly body?: Body;
  readonly ifMatch?: string | null;
}

/** One request to the bridge; `etag` is that of the value in the answer. */
export class BridgeClient {
  private readonly base: { origin: string; path: string };

  constructor(
    private readonly http: TargetHttp,
    private readonly options: BridgeOptions,
    private readonly nowMs: () => number,
  ) {
    this.base = splitBaseUrl(options.baseUrl);
  }

  async request(call: Call, request: BridgeRequest): Promise<{ outcome: Outcome; etag: string | null }> {
    const { http, answer } = await this.exchange(call, request);
    return { outcome: outcomeOf(http, answer, this.nowMs()), etag: headerOf(answer, 'etag') ?? null };
  }

  /** An effect on an object that must be there. @throws CallError `conflict` when it is gone */
  async effect(call: Call, request: Omit<BridgeRequest, 'effect'>): Promise<void> {
    const { outcome } = await this.request(call, { ...request, effect: true });
    if (outcome.outcome === 'absent')
      throw new CallError('conflict', `${request.what}: there is no such object any more`);
  }

  private async exchange(
    call: Call,
    request: BridgeRequest,
  ): Promise<{ http: HttpRequest; answer: HttpAnswer }> {
    const http: HttpRequest = {
      method: request.method,
      origin: this.base.origin,
      path: `${this.base.path}/v1/${request.address}`,
      what: request.what,
      effect: request.effect,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${this.options.token}`,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        ...(request.ifMatch == null ? {} : { 'if-match': request.ifMatch }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    };
    return { http, answer: await this.http.send(call, http) };
  }
}

export function malformed(what: string, reason: string): CallError {
  return new CallError('transient', `${what}: ${reason}`);
}
