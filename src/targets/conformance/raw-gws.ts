import { reading } from '../../saga/call.js';
import { GwsSession } from '../gws/session.js';
import type { Wire } from '../gws/wire.js';
import type { HttpRequest } from '../http/message.js';
import { splitBaseUrl } from '../http/message.js';
import type { TargetHttp } from '../http/target-http.js';
import type { RawAnswer } from './raw-answer.js';
import { rawAnswer } from './raw-answer.js';

export interface Login {
  readonly username: string;
  readonly password: string;
}

type Method = HttpRequest['method'];

/** Requests to Genesys Web Services within a session, answered as they come. @throws CallError when there is no answer */
export class RawGws {
  private readonly base: { origin: string; path: string };
  private session: Promise<GwsSession> | undefined;

  constructor(
    private readonly http: TargetHttp,
    private readonly baseUrl: string,
    private readonly login: Login,
  ) {
    this.base = splitBaseUrl(baseUrl);
  }

  /** The same platform for another user, or for the same in a new session. */
  as(login: Login = this.login): RawGws {
    return new RawGws(this.http, this.baseUrl, login);
  }

  /** What opens a session; its headers tell about cookies and CSRF. */
  me(): Promise<RawAnswer> {
    return this.send(new GwsSession(this.authorization()), 'GET', `${this.base.path}/me`);
  }

  get(address: string): Promise<RawAnswer> {
    return this.request('GET', address);
  }

  /** @param address collection, DBID and query under the configuration root */
  async request(method: Method, address: string, body?: Wire): Promise<RawAnswer> {
    return this.send(await this.opened(), method, this.pathOf(address), body);
  }

  /** A change in a session of its own that has not learnt any CSRF token. */
  withoutToken(method: Method, address: string, body: Wire): Promise<RawAnswer> {
    return this.send(new GwsSession(this.authorization()), method, this.pathOf(address), body);
  }

  private opened(): Promise<GwsSession> {
    this.session ??= this.open();
    return this.session;
  }

  private async open(): Promise<GwsSession> {
    const session = new GwsSession(this.authorization());
    await this.send(session, 'GET', `${this.base.path}/me`);
    if (!session.hasToken) await this.send(session, 'GET', this.pathOf('tenants?dbid=1'));
    return session;
  }

  private async send(session: GwsSession, method: Method, path: string, body?: Wire): Promise<RawAnswer> {
    const effect = method !== 'GET';
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...session.headers(effect),
    };
    const request: HttpRequest = {
      method,
      origin: this.base.origin,
      path,
      headers,
      effect,
      what: `${method} ${path}`,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const answer = await this.http.send(reading, request);
    session.learn(headers, answer);
    return rawAnswer(answer);
  }

  private pathOf(address: string): string {
    return `${this.base.path}/platform/configuration/${address}`;
  }

  private authorization(): string {
    return `Basic ${Buffer.from(`${this.login.username}:${this.login.password}`).toString('base64')}`;
  }
}
