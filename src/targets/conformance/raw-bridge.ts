import type * as z from 'zod';
import { reading } from '../../saga/call.js';
import { faultsOf } from '../../config/faults.js';
import type { HttpRequest } from '../http/message.js';
import { splitBaseUrl } from '../http/message.js';
import type { TargetHttp } from '../http/target-http.js';
import type { RawAnswer } from './raw-answer.js';
import { rawAnswer } from './raw-answer.js';

/** Requests to a bridge, answered as they come. @throws CallError when there is no answer */
export class RawBridge {
  private readonly base: { origin: string; path: string };

  constructor(
    private readonly http: TargetHttp,
    baseUrl: string,
    private readonly token: string,
  ) {
    this.base = splitBaseUrl(baseUrl);
  }

  get(address: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
    return this.request('GET', address, undefined, headers);
  }

  /** @param address below `/v1/` @param headers besides the usual ones, or in their place */
  async request(
    method: HttpRequest['method'],
    address: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawAnswer> {
    const path = `${this.base.path}/v1/${address}`;
    const request: HttpRequest = {
      method,
      origin: this.base.origin,
      path,
      // A POST that only asks is none of these: it is the bridge that is checked, not our reading back.
      effect: method === 'PUT',
      what: `${method} ${path}`,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    return rawAnswer(await this.http.send(reading, request));
  }
}

/** What is wrong with a body by the contract of the bridge; empty when nothing is. */
export function faultsIn(schema: z.ZodType, answer: RawAnswer): string {
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return '';
  return faultsOf(parsed.error.issues, { schema })
    .map(({ pointer, detail }) => `${pointer || 'the body'} ${detail}`)
    .join('; ');
}
