import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from './chance.js';
import type { RunDatabase } from './database.js';
import type { Platform } from './platform.js';
import type { Replica } from './replica.js';
import { leaseMs, longestDelayMs, timeoutMs } from './settings.js';
import type { Tally } from './tally.js';

const times = <T>(n: number, one: T): T[] => Array.from({ length: n }, () => one);

/** A replica that was frozen longer than its lease. Times in ms since 1970. */
export interface Freeze {
  readonly replica: number;
  /** Of the process: the one that is started after a kill has not been frozen. */
  readonly pid: number;
  readonly fromMs: number;
  untilMs: number;
}

/** Longest time between two troubles of processes and database, and of the target, ms. */
const longestPauseMs = 5_000;
const longestTargetPauseMs = 1_500;

/** Kills, freezes and disturbs, one trouble after the other and some at once, until it is told to stop. */
export class Trouble {
  readonly freezes: Freeze[] = [];
  private readonly underWay = new Set<Promise<void>>();
  /** One thing at a time happens to the database. */
  private databaseIsFree = true;
  /** The disturbance that calls of the target meet now. */
  private disturbance: Promise<string | null> = Promise.resolve(null);

  constructor(
    private readonly replicas: readonly Replica[],
    private readonly database: RunDatabase,
    private readonly platform: Platform,
    private readonly chance: Chance,
    private readonly tally: Tally,
  ) {}

  async run(untilMs: number): Promise<void> {
    await Promise.all([
      this.again(untilMs, longestPauseMs, this.ofProcesses()),
      this.again(untilMs, longestTargetPauseMs, this.ofTarget()),
    ]);
    await Promise.allSettled(this.underWay);
    await this.platform.control('DELETE', '/faults');
  }

  private async again(
    untilMs: number,
    longestMs: number,
    troubles: readonly (() => Promise<void>)[],
  ): Promise<void> {
    const chance = this.chance.branch();
    while (Date.now() < untilMs) {
      const one = chance.of(troubles)();
      this.underWay.add(one);
      void one
        .catch((error: unknown) => this.tally.violated(`the trouble itself failed: ${String(error)}`))
        .finally(() => this.underWay.delete(one));
      await delay(chance.between(200, longestMs));
    }
  }

  private ofTarget(): (() => Promise<void>)[] {
    return [...times(15, () => this.disturbTarget()), () => this.targetDown()];
  }

  private ofProcesses(): (() => Promise<void>)[] {
    return [
      ...times(5, () => this.kill()),
      ...times(2, () => this.freezeShortly()),
      ...times(2, () => this.freezeBeyondTheLease()),
      ...times(3, () => this.alone('database crashed', (downMs) => this.crash(downMs))),
      () => this.alone('database restarted', (downMs) => this.restart(downMs)),
      () => this.alone('database sessions ended', () => this.database.endSessions()),
      () => this.alone('database read-only', (forMs) => this.readOnly(forMs)),
      () => this.alone('database without connections', (forMs) => this.full(forMs)),
      () => this.alone('database frozen', (forMs) => this.frozen(forMs)),
    ];
  }

  private async kill(): Promise<void> {
    const replica = this.chance.of(
      this.replicas.filter(({ isUp }) => isUp).concat(this.replicas.slice(0, 1)),
    );
    if (!replica.isUp) return;
    this.tally.count('replicas killed');
    await replica.kill(this.chance.between(1, 3_000));
  }

  private freezeShortly(): Promise<void> {
    return this.freeze('replicas frozen for less than the lease', this.chance.between(200, 3_000));
  }

  private freezeBeyondTheLease(): Promise<void> {
    return this.freeze('replicas frozen beyond the lease', leaseMs + this.chance.between(500, 4_000));
  }

  private async freeze(what: string, forMs: number): Promise<void> {
    const up = this.replicas.filter(({ isUp }) => isUp);
    if (up.length === 0) return;
    const replica = this.chance.of(up);
    const fromMs = Date.now();
    const freeze = { replica: replica.number, pid: replica.freeze(), fromMs, untilMs: Infinity };
    if (forMs > leaseMs) this.freezes.push(freeze);
    this.tally.count(what);
    await delay(forMs);
    freeze.untilMs = Date.now();
    replica.thaw();
  }

  /**
   * In place of the former one: a call meets all that stand, and delays that add up, where nobody has called for a while, break
   * the promise that nothing lands after `lateMs`.
   */
  private async disturbTarget(): Promise<void> {
    const effects = this.chance.is(0.7) ? { effects: true } : {};
    const [name, fault] = this.chance.of(faults)(this.chance);
    const times = this.chance.between(1, 4);
    this.tally.count(`target: ${name}`);
    this.disturbance = this.disturbance
      .catch(() => null)
      .then(async (former) => {
        if (former !== null) await this.platform.control('DELETE', `/faults/${former}`);
        const body = { match: effects, fault, times };
        return (await this.platform.control<{ id: string }>('POST', '/faults', body)).id;
      });
    await this.disturbance;
  }

  private async targetDown(): Promise<void> {
    this.tally.count('target: down');
    const { id } = await this.platform.control<{ id: string }>('POST', '/faults', {
      fault: { kind: 'down' },
    });
    await delay(this.chance.between(500, 4_000));
    await this.platform.control('DELETE', `/faults/${id}`);
  }

  private async alone(what: string, happen: (forMs: number) => Promise<void>): Promise<void> {
    // On a machine where a start takes longer than the next crash is away nothing would ever come up.
    if (!this.databaseIsFree || !this.replicas.some(({ isUp }) => isUp)) return;
    this.databaseIsFree = false;
    this.tally.count(what);
    try {
      await happen(this.chance.between(0, 3_000));
    } finally {
      this.databaseIsFree = true;
    }
  }

  private async crash(downMs: number): Promise<void> {
    this.database.crash();
    await delay(downMs);
    await this.database.start();
  }

  private async restart(downMs: number): Promise<void> {
    this.database.stop();
    await delay(downMs);
    await this.database.start();
  }

  private async readOnly(forMs: number): Promise<void> {
    await this.database.setReadOnly(true);
    await delay(forMs);
    await this.database.setReadOnly(false);
  }

  private async full(forMs: number): Promise<void> {
    await this.database.setFull(true);
    await delay(forMs);
    await this.database.setFull(false);
  }

  private async frozen(forMs: number): Promise<void> {
    this.database.freeze();
    await delay(forMs);
    this.database.thaw();
  }
}

/** What may happen to a call: before its effect, after it, and long after its caller has given up. */
const faults: readonly ((chance: Chance) => [string, object])[] = [
  ...times(3, (chance: Chance): [string, object] => [
    'effects long after their time-out',
    { kind: 'delay', ms: chance.between(timeoutMs + 50, longestDelayMs) },
  ]),
  (chance) => ['slow', { kind: 'delay', ms: chance.between(100, timeoutMs) }],
  (chance) => ['slow answers', { kind: 'delay', ms: chance.between(100, longestDelayMs), when: 'after' }],
  () => ['connection lost before the effect', { kind: 'reset-before' }],
  () => ['connection lost after the effect', { kind: 'reset-after' }],
  (chance) => ['HTTP 5xx before the effect', { kind: 'status', status: chance.of([500, 502, 503, 504]) }],
  (chance) => [
    'HTTP 5xx after the effect',
    { kind: 'status', status: chance.of([500, 502, 504]), when: 'after' },
  ],
  () => ['HTTP 429', { kind: 'status', status: 429 }],
  (chance) => ['nonsense', { kind: 'nonsense', when: chance.of(['before', 'after']) }],
  (chance) => [
    'session expired',
    { kind: 'expire-session', answer: chance.of(['natural', '401', 'login-page']) },
  ],
];
