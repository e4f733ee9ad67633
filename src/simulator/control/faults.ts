import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sessions } from '../gws/sessions.js';
import type { Platform } from '../platform.js';
import { changeBehind } from '../world/change-behind.js';
import type { RefusalKind } from '../world/refusal.js';
import { Refusal } from '../world/refusal.js';
import type { Switches } from '../world/switches.js';
import type { Fault, FaultRequest } from './fault-schema.js';

interface Active {
  readonly id: string;
  readonly request: FaultRequest;
  readonly path: RegExp | null;
  remaining: number | null;
  toSkip: number;
  matched: number;
  waiting: number;
  /** Settles when the fault is removed: held calls go on, or fail when the simulator stops. */
  readonly released: Promise<void>;
  readonly release: () => void;
  readonly abort: (reason: Error) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    faults?: readonly Active[];
  }
}

class ForcedRefusal extends Refusal {
  constructor(
    private readonly fault: Extract<Fault, { kind: 'refuse' }>,
    switches: Switches,
  ) {
    super(
      fault.scsError === undefined ? kindOf(fault.errorType, switches) : 'scs',
      fault.message,
      fault.objectType,
      fault.objectProperty,
      fault.scsError,
    );
  }
  override errorType(): number {
    return this.fault.errorType;
  }
}

/** What the number means on this platform, as far as it means anything here. */
function kindOf(errorType: number, switches: Switches): RefusalKind {
  if (errorType === switches.errorTypeNoPermission) return 'no-permission';
  if (errorType === switches.errorTypeInUse) return 'in-use';
  return errorType === 10 ? 'not-found' : errorType === 12 ? 'uniqueness' : 'not-valid';
}

/** Faults on request. Which ones a call meets is decided once, when it comes in. */
export class Faults {
  private readonly active = new Map<string, Active>();
  private count = 0;

  constructor(
    private readonly platform: Platform,
    private readonly sessions: Sessions,
  ) {}

  add(request: FaultRequest): string {
    const id = `fault-${++this.count}`;
    const times = request.times === undefined ? (request.fault.kind === 'down' ? null : 1) : request.times;
    const { promise: released, resolve: release, reject: abort } = settled();
    const path = request.match.path === undefined ? null : new RegExp(request.match.path);
    this.active.set(id, {
      id,
      request,
      path,
      remaining: times,
      toSkip: request.skip,
      matched: 0,
      waiting: 0,
      released,
      release,
      abort,
    });
    return id;
  }

  /** @returns false when there is no such fault */
  remove(id: string): boolean {
    this.active.get(id)?.release();
    return this.active.delete(id);
  }
  removeAll(): void {
    for (const id of [...this.active.keys()]) this.remove(id);
  }
  /** Held calls end without an effect. */
  abortAll(): void {
    for (const fault of this.active.values()) fault.abort(new Error('the simulator stops'));
    this.active.clear();
  }

  list(): object[] {
    return [...this.active.values()].map(({ id, request, remaining, matched, waiting }) => ({
      id,
      ...request,
      remaining,
      matched,
      waiting,
    }));
  }

  /** @returns true when the call has got its answer, or has lost its connection */
  async before(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    if (this.active.size === 0) return false;
    const met = [...this.active.values()]
      .filter((fault) => fault.remaining !== 0 && matches(fault, request))
      .filter((fault) => fault.toSkip === 0 || fault.toSkip-- === 0);
    for (const fault of met) {
      fault.matched += 1;
      if (fault.remaining !== null) fault.remaining -= 1;
    }
    request.faults = met;
    for (const active of met) if (await this.applyBefore(active, request, reply)) return true;
    return false;
  }

  /** What `when: after` says, on the answer that is about to go out. @returns the payload to send */
  async after(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
    let answer = payload;
    for (const active of request.faults ?? []) {
      const { fault } = active.request;
      if (fault.kind === 'reset-after') request.raw.socket.destroy();
      if (!('when' in fault) || fault.when !== 'after') continue;
      if (fault.kind === 'delay') await wait(fault.ms);
      else if (fault.kind === 'hold') await hold(active);
      else answer = instead(reply, fault);
    }
    return answer;
  }

  private async applyBefore(active: Active, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const { fault } = active.request;
    if ('when' in fault && fault.when === 'after') return false;
    switch (fault.kind) {
      case 'delay':
        await wait(fault.ms);
        return false;
      case 'hold':
        await hold(active);
        return fault.then === 'drop' && drop(request, reply);
      case 'change-behind':
        await this.platform.run('behind', (draft) => changeBehind(draft, fault.change));
        return false;
      case 'refuse':
        throw new ForcedRefusal(fault, this.platform.switches);
      case 'expire-session':
        this.sessions.expire(request);
        if (fault.answer === 'natural') return false;
        await (fault.answer === '401' ? reply.code(401) : reply.code(200))
          .type('text/html')
          .send('<html><body>Please log in</body></html>');
        return true;
      case 'status':
      case 'nonsense':
        await reply.send(instead(reply, fault));
        return true;
      case 'reset-before':
      case 'down':
        return drop(request, reply);
      case 'reset-after':
        return false;
    }
  }
}

function instead(reply: FastifyReply, fault: Extract<Fault, { kind: 'status' | 'nonsense' }>): string {
  void reply.removeHeader('content-length').type('text/html;charset=UTF-8');
  if (fault.kind === 'nonsense') {
    void reply.code(200);
    return fault.body;
  }
  const asksToWait = fault.status === 429 || fault.status === 503;
  const retryAfter = fault.retryAfterSeconds ?? (asksToWait ? 1 : undefined);
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
  void reply.code(fault.status);
  return fault.body ?? `<html><body><h1>HTTP Status ${fault.status}</h1></body></html>`;
}

async function hold(active: Active): Promise<void> {
  active.waiting += 1;
  try {
    await active.released;
  } finally {
    active.waiting -= 1;
  }
}

function matches({ request: { match }, path }: Active, request: FastifyRequest): boolean {
  if (match.effects === true && !isEffect(request)) return false;
  if (match.method !== undefined && match.method.toUpperCase() !== request.method) return false;
  if (path && !path.test(request.url)) return false;
  if (match.object === undefined) return true;
  const body = typeof request.body === 'string' ? request.body : '';
  return (
    body.includes(match.object) ||
    request.url.includes(match.object) ||
    decoded(request.url).includes(match.object)
  );
}

function drop(request: FastifyRequest, reply: FastifyReply): true {
  reply.hijack();
  request.raw.socket.destroy();
  return true;
}

/** Everything but reads, and the one question that comes as a POST. */
const isEffect = ({ method, url }: FastifyRequest): boolean =>
  method === 'PUT' || method === 'DELETE' || (method === 'POST' && !url.includes('/effective-permissions'));

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

function settled(): { promise: Promise<void>; resolve: () => void; reject: (reason: Error) => void } {
  let resolve: () => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
