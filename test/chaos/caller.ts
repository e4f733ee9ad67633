import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from './chance.js';
import type { Replica } from './replica.js';
import { calmWithinMs } from './settings.js';
import type { Tally } from './tally.js';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

export interface OperationBody {
  readonly id: string;
  readonly href: string;
  readonly kind: string;
  readonly state: string;
  readonly done: boolean;
  readonly solution: { readonly id: string; readonly href: string };
  readonly waitingFor: { readonly reason: string; readonly detail: string } | null;
  readonly possibleVerbs: readonly string[];
  readonly requestedVerb: { readonly verb: string } | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly leftBehind: readonly unknown[];
}

const answerWithinMs = 45_000;

/** Sends a request until it is answered for good, to whichever replica is up, as a ticketing system would. */
export class Caller {
  constructor(
    private readonly replicas: readonly Replica[],
    private readonly chance: Chance,
    private readonly tally: Tally,
  ) {}

  /** A command: with a key, so that it means the same however often it is sent. */
  command<T>(method: string, path: string, body: unknown): Promise<Answer<T>> {
    return this.send<T>(method, path, body, { 'idempotency-key': `"${randomUUID()}"` });
  }

  async read<T>(path: string): Promise<T> {
    const { status, body } = await this.send<T>('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  private async send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const endMs = Date.now() + calmWithinMs;
    let last = 'no replica was up';
    while (Date.now() < endMs) {
      await delay(this.chance.between(10, 300));
      const url = this.chance.of([...this.replicas]).url;
      if (url === undefined) continue;
      try {
        const response = await fetch(url + path, {
          method,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(answerWithinMs),
        });
        const answer = (await response.json()) as T & { code?: string };
        if (response.status < 500) return { status: response.status, body: answer };
        last = `${response.status} ${answer.code ?? ''}`;
        this.tally.count(`refused ${answer.code ?? response.status}`);
        if (response.status !== 503)
          this.tally.violated(`${method} ${path} answered ${JSON.stringify(answer)}`);
        else if (response.headers.get('retry-after') === null)
          this.tally.violated(`${method} ${path}: a 503 without Retry-After`);
      } catch (error) {
        this.tally.count('answers lost by callers');
        last = String(error);
      }
    }
    throw new Error(`${method} ${path} was not answered within ${calmWithinMs / 1_000} s: ${last}`);
  }
}
