import { bigTenant } from '../../src/simulator/big-tenant.js';
import type { WorldSpec } from '../../src/simulator/world/spec.js';
import type { Snapshot } from '../../src/simulator/world/snapshot.js';
import type { LogLine } from '../../src/simulator/world/records.js';
import { Program } from './program.js';

/** One solution of the run: what is its own on the platform, and shared with no other. */
export interface Slot {
  readonly number: number;
  readonly key: string;
  readonly server: string;
  readonly backup: string;
  /** Four Business Processes; an onboarding takes three of them. */
  readonly businessProcesses: readonly string[];
  /** Its server reads a list when it starts that its account cannot read: onboarding fails at the last moment. */
  readonly isTrapped: boolean;
}

const processesEach = 4;
/** Of all the solutions. */
const trappedShare = 0.2;
const trap = { type: 16, name: 'Opening hours' };

const padded = (n: number, digits: number): string => String(n).padStart(digits, '0');

export function slots(count: number): Slot[] {
  return Array.from({ length: count }, (_, i) => ({
    number: i + 1,
    key: `solution-${padded(i + 1, 4)}`,
    server: `IxnServer_${padded(i + 1, 4)}`,
    backup: `IxnServer_${padded(i + 1, 4)}_B`,
    businessProcesses: Array.from(
      { length: processesEach },
      (_, k) => `Business Process ${padded(i * processesEach + k + 1, 5)}`,
    ),
    isTrapped: i >= Math.ceil(count * (1 - trappedShare)),
  }));
}

/** Where none of them is set up yet. */
export function worldOf(all: readonly Slot[]): WorldSpec {
  const world = bigTenant({
    businessProcesses: all.length * processesEach,
    solutions: all.length,
    setUp: 0,
    agents: 3,
  });
  const trapped = new Set(
    all.filter(({ isTrapped }) => isTrapped).flatMap(({ server, backup }) => [server, backup]),
  );
  return {
    ...world,
    transactions: [{ name: trap.name }],
    applications: (world.applications ?? []).map((application) =>
      trapped.has(application.name) ? { ...application, needsRead: [trap] } : application,
    ),
  };
}

/** The simulated platform, a process of its own. */
export class Platform {
  private constructor(
    private readonly program: Program,
    readonly url: string,
  ) {}

  static async start(all: readonly Slot[], logFile: string): Promise<Platform> {
    const program = Program.start('dist/src/simulator/main.js', {
      args: ['--port', '0', '--startup-ms', '100', '--shutdown-ms', '60'],
      logFile,
    });
    const platform = new Platform(program, await program.ready);
    await platform.control('POST', '/reset', { world: worldOf(all) });
    return platform;
  }

  stop(): Promise<void> {
    return this.program.end('SIGTERM');
  }

  async control<T>(method: string, address: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.url}/simulator${address}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** Everything that matters, without the ids of solutions and operations that our marks carry. */
  async world(): Promise<Snapshot> {
    const text = JSON.stringify(await this.control('GET', '/world'));
    return JSON.parse(text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id')) as Snapshot;
  }

  /** Its log of effects, from the beginning. */
  async log(): Promise<LogLine[]> {
    const all: LogLine[] = [];
    for (let after = 0; ;) {
      const { lines, next } = await this.control<{ lines: LogLine[]; next: number }>(
        'GET',
        `/log?after=${after}&limit=10000`,
      );
      if (lines.length === 0) return all;
      all.push(...lines);
      after = next;
    }
  }
}
