import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import { until } from '../saga/engine.js';

export interface LogLine {
  at: string;
  actor: string;
  effect: string;
  object: { type: number; name: string };
}

interface Fault {
  waiting: number;
}

/** Before the effect, which then never happens; before it, and it happens when we are gone; after it, before the answer. */
export type Moment = 'before' | 'late' | 'after';

/** The platform of a case, and what it has seen. */
export class Witness {
  private constructor(readonly simulator: Simulator) {}

  static async start(options: SimulatorOptions): Promise<Witness> {
    return new Witness(await startSimulator({ startupMs: 20, shutdownMs: 20, ...options }));
  }

  stop(): Promise<void> {
    return this.simulator.stop();
  }

  async control<T>(method: string, address: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.simulator.url}/simulator${address}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** What matters of the platform, without the ids of the run that our marks carry. */
  async world(): Promise<unknown> {
    const text = JSON.stringify(await this.control('GET', '/world'));
    return JSON.parse(text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id'));
  }

  async log(): Promise<LogLine[]> {
    return (await this.control<{ lines: LogLine[] }>('GET', '/log?limit=10000')).lines;
  }

  /**
   * Our effects, sorted. Starts and stops of servers may be tried more often after a crash; everything else happens once.
   */
  async onceOnly(): Promise<string[]> {
    return (await this.log())
      .filter(
        ({ actor, effect }) =>
          actor !== 'self' && !['start', 'stop', 'switch-over', 'status'].includes(effect),
      )
      .map(({ effect, object }) => `${effect} ${object.type} ${object.name}`)
      .sort();
  }

  private async faults(): Promise<Fault[]> {
    return (await this.control<{ faults: Fault[] }>('GET', '/faults')).faults;
  }

  /**
   * Holds the call that is the n-th effect from now on, counted from 0.
   * @returns what lets it go
   */
  async hold(n: number, moment: Moment): Promise<() => Promise<void>> {
    const fault = {
      kind: 'hold',
      when: moment === 'after' ? 'after' : 'before',
      then: moment === 'before' ? 'drop' : 'go',
    };
    const request = { match: { effects: true }, skip: n, fault };
    const { id } = await this.control<{ id: string }>('POST', '/faults', request);
    return () => this.control('DELETE', `/faults/${id}`);
  }

  async untilHeld(): Promise<void> {
    await until(
      'a call is held',
      async () => (await this.faults()).some(({ waiting }) => waiting > 0),
      60_000,
    );
  }

  /** Lets all held calls go. */
  async letGo(): Promise<void> {
    await this.control('DELETE', '/faults');
  }
}
