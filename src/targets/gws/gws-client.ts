import type { Conventions } from '../../config/conventions.js';
import type { Call } from '../../saga/call.js';
import { reading } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { BodySink, HttpAnswer, HttpRequest } from '../http/message.js';
import { headerOf, objectOf, splitBaseUrl } from '../http/message.js';
import { refusedByHttp } from '../http/classify.js';
import type { TargetHttp } from '../http/target-http.js';
import type { Outcome } from './answer.js';
import { outcomeOf } from './answer.js';
import { GwsSession } from './session.js';
import type { Wire } from './wire.js';

export interface GwsOptions {
  /** Up to and with `/api/v2`. */
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  readonly conventions: Conventions;
}

/**
 * What went wrong with the session, not with the request: nothing happened, and a new session may cure it. A bare 403 to
 * a change may be about the CSRF token or about something else: one new session tells.
 */
type Stale = 'expired' | 'csrf' | 'maybe-csrf';

/**
 * Requests to the Platform Configuration API within a session that is opened when first needed and renewed once when it
 * has expired. Beyond that nothing is repeated here.
 */
export class GwsClient {
  private readonly base: { origin: string; path: string };
  private readonly authorization: string;
  private opening: Promise<GwsSession> | undefined;
  private opened: GwsSession | undefined;

  constructor(
    private readonly http: TargetHttp,
    private readonly options: GwsOptions,
    private readonly nowMs: () => number,
  ) {
    this.base = splitBaseUrl(options.baseUrl);
    this.authorization = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;
  }

  /** @param address collection, DBID and query under the configuration root @param what begins the sentence of an error */
  request(
    call: Call,
    method: HttpRequest['method'],
    address: string,
    what: string,
    body?: Wire,
  ): Promise<Outcome> {
    return this.inSession(call, this.build(method, this.addressOf(address), what, body));
  }

  /** A list, taken apart as it comes. @param sink made anew when the session had to be renewed on the way */
  readList(call: Call, address: string, what: string, sink: () => BodySink): Promise<Outcome> {
    return this.inSession(call, { ...this.build('GET', this.addressOf(address), what), sink });
  }

  private async inSession(call: Call, request: HttpRequest): Promise<Outcome> {
    let session = await this.session();
    let answer = await this.exchange(call, session, request);
    let stale = staleness(request, answer);
    if (stale !== undefined && (stale !== 'expired' || session.accepted)) {
      session = await this.renew(session);
      if (stale !== 'expired') await this.findToken(session);
      answer = await this.exchange(call, session, request);
      stale = staleness(request, answer);
    }
    if (stale === 'csrf' || stale === 'expired') throw staleError(request, answer, stale);
    session.accepted = true;
    return outcomeOf(request, answer, this.options.conventions, this.nowMs());
  }

  private addressOf(address: string): string {
    return `${this.base.path}/platform/configuration/${address}`;
  }

  private build(method: HttpRequest['method'], path: string, what: string, body?: Wire): HttpRequest {
    const headers = { accept: 'application/json' };
    const request = { method, origin: this.base.origin, path, what, effect: method !== 'GET' };
    if (body === undefined) return { ...request, headers };
    const json = { ...headers, 'content-type': 'application/json; charset=utf-8' };
    return { ...request, headers: json, body: JSON.stringify(body) };
  }

  private async exchange(call: Call, session: GwsSession, request: HttpRequest): Promise<HttpAnswer> {
    const headers = { ...request.headers, ...session.headers(request.effect) };
    const answer = await this.http.send(call, { ...request, headers });
    session.learn(headers, answer);
    return answer;
  }

  /** One session for all calls; those that come while it is being opened wait for it. */
  private session(): Promise<GwsSession> {
    if (this.opening === undefined) {
      const opening = this.open();
      this.opening = opening;
      opening.catch(() => {
        if (this.opening === opening) this.opening = undefined;
      });
    }
    return this.opening;
  }

  /** Many calls may find the same session expired: the first one replaces it, the others take the new one. */
  private renew(expired: GwsSession): Promise<GwsSession> {
    if (this.opened === expired) {
      this.opened = undefined;
      this.opening = undefined;
    }
    return this.session();
  }

  /** Where `/me` is not there or says no token, any other GET does: Environment is a tenant of every platform. */
  private async findToken(session: GwsSession): Promise<void> {
    if (session.hasToken) return;
    const address = this.addressOf('tenants?dbid=1');
    await this.exchange(reading, session, this.build('GET', address, 'asking for a CSRF token'));
  }

  /**
   * Any GET starts a session and answers the CSRF token, if there is such a thing at this site; `/me` is the one the
   * platform's documentation uses. Its own result does not matter, unless it is about our credentials.
   */
  private async open(): Promise<GwsSession> {
    const session = new GwsSession(this.authorization);
    const request = this.build('GET', `${this.base.path}/me`, 'opening a session');
    const answer = await this.exchange(reading, session, request);
    if (answer.status === 401) {
      const refused = refusedByHttp(request, answer, this.nowMs());
      if (refused !== undefined) throw refused;
    }
    session.accepted = answer.status >= 200 && answer.status < 300;
    this.opened = session;
    return session;
  }
}

function staleness(request: HttpRequest, answer: HttpAnswer): Stale | undefined {
  if (answer.status === 401 || (answer.status >= 300 && answer.status < 400)) return 'expired';
  if (answer.status === 403 && /csrf/i.test(answer.text)) return 'csrf';
  if (answer.status === 403 && request.effect && objectOf(answer) === undefined) return 'maybe-csrf';
  // A login page in place of the answer. To an effect it is only an answer that nobody understands: it may have happened.
  const page = /^text\/html\b/i.test(headerOf(answer, 'content-type') ?? '');
  return answer.status === 200 && page && !request.effect ? 'expired' : undefined;
}

function staleError(request: HttpRequest, answer: HttpAnswer, stale: 'csrf' | 'expired'): CallError {
  const platform = `HTTP ${answer.status}`;
  if (stale === 'csrf') {
    return new CallError('transient', `${request.what}: the CSRF token of a new session was refused`, {
      platform,
    });
  }
  const reason =
    answer.status === 401
      ? 'the target does not accept our credentials'
      : `the target asks to sign in (${platform} ${headerOf(answer, 'location') ?? ''}`.trimEnd() + ')';
  return new CallError('auth', `${request.what}: ${reason}`, { platform });
}
