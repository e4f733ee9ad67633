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

/** Objects with one value each; an effect sets it when it lands, whoever waits for the answer or not. */
export class ScriptedTarget {
  readonly values = new Map<string, Json>();
  readonly moving = new Set<string>();
  readonly log: Landed[] = [];

  constructor(readonly plans: ReadonlyMap<string, readonly PlannedAction[]>) {
    for (const actions of plans.values())
      for (const action of actions) this.values.set(action.object.name, action.before);
  }

  land(atMs: number, object: string, to: Json): void {
    this.moving.delete(object);
    if (JSON.stringify(this.values.get(object)) === JSON.stringify(to)) return;
    this.values.set(object, to);
    this.log.push({ atMs, object, to });
  }

  /** @param expected what each object should hold */
  differsFrom(expected: (action: PlannedAction) => Json): string[] {
    return [...this.plans.values()]
      .flat()
      .filter(
        (action) => JSON.stringify(this.values.get(action.object.name)) !== JSON.stringify(expected(action)),
      )
      .map((action) => `${action.object.name} holds ${JSON.stringify(this.values.get(action.object.name))}`);
  }
}

/** A saga's worth of plans: steps without actions, steps with stages, one with an outage and objects that move slowly. */
export function randomPlans(random: () => number): Map<string, PlannedAction[]> {
  const plans = new Map<string, PlannedAction[]>([['inspect', []]]);
  const steps = 1 + Math.floor(random() * 3);
  for (let s = 1; s <= steps; s += 1) {
    const actions = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, n): PlannedAction => ({
      kind: 'update',
      object: { type: 1, name: `s${s}o${n}`, dbid: null },
      before: random() < 0.5 ? null : 'former',
      after: `made-${s}-${n}`,
      stage: 1 + Math.floor(random() * 2),
      ...(random() < 0.2 ? { holdMs: 300 } : {}),
    }));
    plans.set(`step-${s}`, actions);
  }
  if (random() < 0.6) {
    const server = (
      name: string,
      stage: number,
      kind: 'stop' | 'set-account' | 'start',
      before: Json,
      after: Json,
      extra: object,
    ): PlannedAction => ({
      kind,
      object: { type: 9, name, dbid: 1 },
      before,
      after,
      stage,
      underwayMs: 3_000,
      ...extra,
    });
    plans.set('rebind', [
      server('server-down', 1, 'stop', 'running', 'stopped', {
        outage: 'opens',
        service: 'lost',
        overdue: 'apply-again',
      }),
      server('account', 2, 'set-account', 'system', 'person', {}),
      server('server-up', 3, 'start', 'stopped', 'running', { outage: 'closes', service: 'restored' }),
    ]);
  }
  plans.set('verify-service', []);
  return plans;
}
