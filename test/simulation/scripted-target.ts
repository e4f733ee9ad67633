import type { PlannedAction } from '../../src/saga/action.js';
import type { Json } from '../../src/saga/json.js';

/** A seeded source of chance (mulberry32): the same seed gives the same run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Landed {
  readonly atMs: number;
  readonly object: string;
  readonly to: Json;
}

/** Nobody but a person sees what it holds, or the driver has no way to write it. */
export type ByHand = 'unseen' | 'unwritable';

/** Objects with one value each; an effect sets it when it lands, whoever waits for the answer or not. */
export class ScriptedTarget {
  readonly values = new Map<string, Json>();
  readonly moving = new Set<string>();
  readonly log: Landed[] = [];

  constructor(
    readonly plans: ReadonlyMap<string, readonly PlannedAction[]>,
    readonly byHand: ReadonlyMap<string, ByHand> = new Map(),
  ) {
    for (const actions of plans.values())
      for (const action of actions) this.values.set(action.object.name, action.before);
  }

  get actions(): readonly PlannedAction[] {
    return [...this.plans.values()].flat();
  }

  /** Something that cannot be taken back is not as it was. */
  get irreversibleLanded(): boolean {
    return this.firstIrreversible >= 0;
  }

  private get firstIrreversible(): number {
    const names = new Set(
      this.actions.filter((action) => action.irreversible).map(({ object }) => object.name),
    );
    return this.log.findIndex(({ object }) => names.has(object));
  }

  /** Objects that were set back to what they held before, later than that. */
  get undoneAfterIrreversible(): string[] {
    const first = this.firstIrreversible;
    if (first < 0) return [];
    const before = new Map(this.actions.map((action) => [action.object.name, action.before]));
    return this.log
      .slice(first)
      .filter(({ object, to }) => JSON.stringify(before.get(object) ?? null) === JSON.stringify(to))
      .map(({ object }) => object);
  }

  held(name: string): Json {
    return this.values.get(name) ?? null;
  }

  land(atMs: number, object: string, to: Json): void {
    this.moving.delete(object);
    if (JSON.stringify(this.values.get(object)) === JSON.stringify(to)) return;
    this.values.set(object, to);
    this.log.push({ atMs, object, to });
  }

  /** @param expected what each object should hold */
  differsFrom(expected: (action: PlannedAction) => Json): string[] {
    return this.actions
      .filter(
        (action) => JSON.stringify(this.values.get(action.object.name)) !== JSON.stringify(expected(action)),
      )
      .map((action) => `${action.object.name} holds ${JSON.stringify(this.values.get(action.object.name))}`);
  }
}
