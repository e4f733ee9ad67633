import { buildWorld } from './world/build.js';
import { Draft } from './world/draft.js';
import { Type, WellKnown } from './world/ids.js';
import { updateObject } from './world/objects.js';
import { markContainers } from './world/propagation.js';
import type { LogLine } from './world/records.js';
import { givesDefaultAccess } from './world/rights.js';
import { advance } from './world/server-life.js';
import type { FullWorldSpec } from './world/spec.js';
import type { Switches } from './world/switches.js';
import { defaultSwitches } from './world/switches.js';
import { World } from './world/world.js';
import type { Store } from './store/store.js';

/** How long after a failed commit a transition that was due is tried again. */
const RETRY_MS = 200;

export interface PlatformOptions {
  readonly store: Store;
  readonly seed: FullWorldSpec;
  readonly switches: Partial<Switches>;
}

/**
 * The world, its store and its clock. Effects go one after the other: each is worked out on a draft, committed with
 * its log lines, and only then seen by readers; whoever asked for it is answered after that.
 */
export class Platform {
  private queue: Promise<unknown> = Promise.resolve();
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private lastSeq = 0;
  private stale = true;
  private stopped = false;
  private current: Switches;
  world = new World();

  private constructor(private readonly options: PlatformOptions) {
    this.current = { ...defaultSwitches, ...options.switches };
  }

  static async open(options: PlatformOptions): Promise<Platform> {
    const platform = new Platform(options);
    await platform.inTurn(() => platform.load());
    await platform.applyToWorld(options.switches.noDefaultAccess);
    return platform;
  }

  /** Another object whenever a switch was turned. */
  get switches(): Switches {
    return this.current;
  }
  /** With the one that stands in the world. */
  shownSwitches(): Switches {
    return { ...this.current, noDefaultAccess: !givesDefaultAccess(this.world) };
  }

  /** @param actor who the log says it was. @throws what `act` throws, then nothing has happened; or the store's error */
  run<T>(actor: string, act: (draft: Draft) => T): Promise<T> {
    return this.inTurn(async () => {
      const draft = new Draft(this.world, this.current, Date.now());
      const result = act(draft);
      if (draft.isEmpty) return result;
      const change = draft.toChange(actor, this.lastSeq);
      try {
        await this.options.store.commit(change);
      } catch (error) {
        this.stale = true;
        throw error;
      }
      this.lastSeq += change.log.length;
      for (const { kind, key } of change.deletes) this.world.remove(kind, key);
      for (const record of change.puts) {
        this.world.put(record);
        if (record.kind === 'server') this.schedule(Number(record.key));
      }
      return result;
    });
  }

  /** After a lost store the world in memory may differ from the kept one: it is loaded before anybody reads it. */
  get isStale(): boolean {
    return this.stale;
  }
  recover(): Promise<void> {
    return this.inTurn(() => Promise.resolve());
  }

  log(after: number, limit: number): Promise<LogLine[]> {
    return this.inTurn(() => this.options.store.log(after, limit));
  }

  async setSwitches({ noDefaultAccess, ...patch }: Partial<Switches>): Promise<void> {
    const next = { ...this.current, ...patch };
    await this.run('behind', (draft) => draft.putSetting('switches', next));
    this.current = next;
    await this.applyToWorld(noDefaultAccess);
  }

  /** Back to the seed, or to another world; the switches to how the simulator was started, the log to its beginning. */
  reset(spec: FullWorldSpec = this.options.seed): Promise<void> {
    return this.inTurn(async () => {
      const records = buildWorld(spec);
      await this.options.store.replace(records);
      this.adopt(new World(records), 0);
      this.current = { ...defaultSwitches, ...this.options.switches };
    }).then(() => this.applyToWorld(this.options.switches.noDefaultAccess));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await this.queue;
    await this.options.store.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(async () => {
      if (this.stale) await this.load();
      return work();
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async load(): Promise<void> {
    if (!this.stale) return;
    const stored = await this.options.store.load();
    if (!stored) {
      const records = buildWorld(this.options.seed);
      await this.options.store.replace(records);
      this.adopt(new World(records), 0);
      return;
    }
    this.adopt(new World(stored.records), stored.lastSeq);
    this.current = { ...defaultSwitches, ...this.world.setting('switches'), ...this.options.switches };
  }

  private adopt(world: World, lastSeq: number): void {
    this.world = world;
    this.lastSeq = lastSeq;
    this.stale = false;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    for (const dbid of world.serverDbids()) this.schedule(dbid);
  }

  private schedule(applicationDbid: number, notBefore = 0): void {
    clearTimeout(this.timers.get(applicationDbid));
    this.timers.delete(applicationDbid);
    const due = this.world.server(applicationDbid)?.transitions[0];
    if (!due || this.stopped) return;
    const delay = Math.max(notBefore, due.at - Date.now(), 0);
    const fire = (): void => {
      this.run('self', (draft) => advance(draft, applicationDbid)).then(
        () => this.schedule(applicationDbid),
        () => this.schedule(applicationDbid, RETRY_MS),
      );
    };
    this.timers.set(applicationDbid, setTimeout(fire, delay));
  }

  /** Switches that stand in the world: default access as the option of Configuration Server that it is on the platform. */
  private async applyToWorld(noDefaultAccess: boolean | undefined): Promise<void> {
    if (this.current.propagationBit === 'carries') await this.run('behind', markContainers);
    if (noDefaultAccess === undefined || noDefaultAccess === !givesDefaultAccess(this.world)) return;
    const set = { security: { 'no-default-access': noDefaultAccess ? '0' : '1' } };
    await this.run('behind', (draft) => {
      const options = { options: { set, deleted: {} } };
      const id = { type: Type.application, dbid: WellKnown.configurationServer };
      updateObject(draft, null, id, { scalars: {}, nested: {}, keyValues: options, lists: {} });
    });
  }
}
