import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { passwordHash } from '../world/password.js';
import { Type } from '../world/ids.js';
import type { ConfigObject } from '../world/records.js';
import type { Switches } from '../world/switches.js';
import type { World } from '../world/world.js';
import { GwsError, GwsStatus } from './envelope.js';

interface Session {
  readonly id: string;
  readonly personDbid: number;
  readonly csrfToken: string;
  usedAt: number;
}

/** Clients without a cookie store open a session with every call; the oldest go first. */
const MAX_SESSIONS = 1_000;
const STATE_ENABLED = '1';

/** Who calls: Basic on every call, or the session cookie it left behind. Sessions live in this process only. */
export class Sessions {
  private readonly sessions = new Map<string, Session>();

  /** The caller's Person. Sets the cookie of a new session. @throws GwsError 401 */
  login(
    request: FastifyRequest,
    reply: FastifyReply,
    world: World,
    switches: Switches,
  ): { person: ConfigObject; session: Session } {
    const now = Date.now();
    const session = this.of(request, now, switches);
    const authorization = request.headers.authorization;
    const person = authorization === undefined ? undefined : basicUser(authorization, world);
    const mayNot = person && switches.signInNeedsGroup && world.groupsOf(person.dbid).length === 0;
    if (authorization !== undefined && (!person || mayNot))
      throw new GwsError(401, GwsStatus.noPermission, 'Authentication failed');
    if (session && (!person || person.dbid === session.personDbid)) {
      const owner = person ?? world.object(Type.person, session.personDbid);
      if (owner) {
        session.usedAt = now;
        return { person: owner, session };
      }
    }
    if (!person) throw new GwsError(401, GwsStatus.noPermission, 'Authentication is required');
    const opened = this.open(person.dbid, now);
    void reply.header('set-cookie', `JSESSIONID=${opened.id}; Path=/; HttpOnly`);
    return { person, session: opened };
  }

  /** Ends the session of a request, as a time-out would. */
  expire(request: FastifyRequest): void {
    const id = cookieOf(request);
    if (id !== undefined) this.sessions.delete(id);
  }

  private of(request: FastifyRequest, now: number, switches: Switches): Session | undefined {
    const id = cookieOf(request);
    const session = id === undefined ? undefined : this.sessions.get(id);
    if (!session || now - session.usedAt <= switches.sessionIdleMs) return session;
    this.sessions.delete(session.id);
    return undefined;
  }

  private open(personDbid: number, now: number): Session {
    const oldest = this.sessions.size >= MAX_SESSIONS ? this.sessions.keys().next().value : undefined;
    if (oldest !== undefined) this.sessions.delete(oldest);
    const session = {
      id: randomBytes(16).toString('hex'),
      personDbid,
      csrfToken: randomBytes(16).toString('hex'),
      usedAt: now,
    };
    this.sessions.set(session.id, session);
    return session;
  }
}

function cookieOf(request: FastifyRequest): string | undefined {
  return /(?:^|;\s*)JSESSIONID=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
}

function basicUser(authorization: string, world: World): ConfigObject | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const [, userName = '', password = ''] =
    /^([^:]*):([\s\S]*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  const person = world.named(Type.person, userName);
  const isRight = person?.passwordHash !== undefined && person.passwordHash === passwordHash(password);
  return isRight && person.scalars['state'] === STATE_ENABLED ? person : undefined;
}
