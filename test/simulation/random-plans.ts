import type { PlannedAction } from '../../src/saga/action.js';
import type { Json } from '../../src/saga/json.js';
import type { ByHand } from './scripted-target.js';
import { ScriptedTarget } from './scripted-target.js';
import type { Weather } from './weather.js';

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

const rebind = (): PlannedAction[] => [
  server('server-down', 1, 'stop', 'running', 'stopped', {
    outage: 'opens',
    service: 'lost',
    overdue: 'apply-again',
  }),
  server('account', 2, 'set-account', 'system', 'person', {}),
  server('server-up', 3, 'start', 'stopped', 'running', { outage: 'closes', service: 'restored' }),
];

/** A saga's worth of plans: steps without actions, steps with stages, one with an outage and objects that move slowly. */
function randomPlans(random: () => number, { irreversible }: Weather): Map<string, PlannedAction[]> {
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
  if (random() < 0.6) plans.set('rebind', rebind());
  if (random() < irreversible) plans.set('delete-objects', deletions(random));
  plans.set('verify-service', []);
  return plans;
}

const deletions = (random: () => number): PlannedAction[] =>
  Array.from({ length: 1 + Math.floor(random() * 3) }, (_, n) => ({
    kind: 'delete',
    object: { type: 21, name: `gone-${n}`, dbid: 7 + n },
    before: 'there',
    after: null,
    stage: 1 + Math.floor(random() * 2),
    irreversible: true,
  }));

export function randomTarget(random: () => number, weather: Weather): ScriptedTarget {
  const plans = randomPlans(random, weather);
  const byHand = new Map<string, ByHand>();
  for (const { object } of [...plans.values()].flat())
    if (random() < weather.byHand) byHand.set(object.name, random() < 0.6 ? 'unseen' : 'unwritable');
  return new ScriptedTarget(plans, byHand);
}
