import { checkProgress } from './check-progress.js';
import type { Decision } from './decide.js';
import type { Interruption } from './interruptions.js';
import type { ActionRecord, Position, StepRecord } from './position.js';
import { keyOf, newAction, newStep } from './position.js';

/** A record without the members that are as they were when it was new; its place is always said. */
export type StoredStep = Partial<StepRecord> & Pick<StepRecord, 'position'>;
/** `spec` is written once, when the action is planned. */
export type StoredAction = Partial<ActionRecord> & Pick<ActionRecord, 'position' | 'number'>;

/** What one transition did to steps, actions and interruptions: one row, written once and never again. */
export interface Change {
  readonly steps?: readonly StoredStep[];
  readonly actions?: readonly StoredAction[];
  /** All of them, where they have changed. */
  readonly interruptions?: readonly Interruption[];
}

/** @param from where the rows stand @returns null when none of them has changed */
export function changeOf(
  from: Position,
  { position, changedSteps, changedActions }: Decision,
): Change | null {
  const { interruptions } = position;
  const interrupted = interruptions === from.interruptions ? {} : { interruptions };
  if (changedSteps.size === 0 && changedActions.size === 0) {
    return interruptions === from.interruptions ? null : interrupted;
  }
  const steps = position.steps.filter((step) => changedSteps.has(step.position)).map(storedStep);
  if (changedActions.size === 0) return { steps, ...interrupted };
  const known = new Set(from.actions.map(keyOf));
  const actions = position.actions
    .filter((action) => changedActions.has(keyOf(action)))
    .map((action) => storedAction(action, known.has(keyOf(action))));
  return { steps, actions, ...interrupted };
}

/** Everything at once, in place of all changes before. */
export const snapshotOf = (position: Position): Change => ({
  steps: position.steps.map(storedStep),
  actions: position.actions.map((action) => storedAction(action, false)),
  ...(position.interruptions.length === 0 ? {} : { interruptions: position.interruptions }),
});

/**
 * Steps, actions and interruptions as the changes of an operation, in their order, have left them.
 * @throws Error when the changes do not come to that
 */
export function progressOf(
  stepNames: readonly string[],
  changes: readonly Change[],
): Pick<Position, 'interruptions'> & { readonly steps: StepRecord[]; readonly actions: ActionRecord[] } {
  const steps = stepNames.map((name, position) => newStep(position, name));
  const actions = new Map<string, ActionRecord>();
  let interruptions: readonly Interruption[] = [];
  for (const change of changes) {
    interruptions = change.interruptions ?? interruptions;
    for (const stored of change.steps ?? []) {
      const { position } = stored;
      steps[position] = { ...newStep(position, stepNames[position] ?? ''), ...stored };
    }
    for (const stored of change.actions ?? []) {
      const spec = stored.spec ?? actions.get(keyOf(stored))?.spec;
      if (spec === undefined) throw new Error(`action ${keyOf(stored)} was changed before it was planned`);
      actions.set(keyOf(stored), {
        ...newAction(stored.position, stored.number, spec),
        ...stored,
        spec,
        output: stored.output ?? undefined,
      });
    }
  }
  checkProgress(stepNames, steps, actions.values());
  return { steps, actions: [...actions.values()], interruptions };
}

const storedStep = (step: StepRecord): StoredStep => ({
  ...changedMembers(step, newStep(step.position, step.name)),
  position: step.position,
});

function storedAction(action: ActionRecord, specKnown: boolean): StoredAction {
  const { position, number, spec } = action;
  const changed = changedMembers(action, newAction(position, number, spec));
  return { ...changed, position, number, ...(specKnown ? {} : { spec }) };
}

function changedMembers<T extends object>(record: T, initial: T): Partial<T> {
  const changed: Partial<T> = {};
  for (const name of Object.keys(record) as (keyof T)[]) {
    if (record[name] !== initial[name]) changed[name] = record[name];
  }
  return changed;
}
