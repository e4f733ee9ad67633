import type { ActionRecord } from '../../src/saga/position.js';
import { keyOf } from '../../src/saga/position.js';
import type { ReportedResult } from '../../src/saga/reported.js';
import type { OpenedTask, TaskChange } from '../../src/saga/task.js';
import type { Requests } from './requests.js';
import type { Store } from './store.js';
import type { World } from './world.js';

/**
 * Whoever works tasks: some of one, or all, in their own time, and reports what was really done. Of what the target shows they
 * are wrong now and then. Also the table of tasks, and the judge of it: an operation that waits for a task has one, open.
 */
export class Person {
  private readonly open = new Map<string, OpenedTask>();

  constructor(
    private readonly world: World,
    private readonly store: Store,
    private readonly requests: Requests,
  ) {}

  /** Called with every commit. */
  hears(changes: readonly TaskChange[]): void {
    for (const change of changes) {
      if (change.change === 'close' && !this.open.delete(change.id))
        this.world.problem(`task ${change.id} was closed and was not open`);
      if (change.change !== 'open') continue;
      this.open.set(change.id, change);
      this.world.note(`task for ${change.direction} ${change.position}/${change.numbers.join()}`);
      this.world.after(this.world.random() * 2_000, () => this.work(change));
    }
    const { state, waitingFor } = this.store.position;
    const ids = [...this.open.keys()];
    const expected = state === 'waiting-for-task' ? [waitingFor?.task] : [];
    if (JSON.stringify(ids) !== JSON.stringify(expected))
      this.world.problem(`open tasks ${ids.join()} in ${state}, which waits for ${String(expected[0])}`);
  }

  private work(task: OpenedTask): void {
    if (!this.open.has(task.id)) return;
    // Half done, or not at all, only while there is other trouble: in the end somebody does it.
    const careful = this.world.weather.crash === 0 || this.world.chance(0.7);
    const results = this.actionsOf(task).map((action): [string, ReportedResult] => [
      keyOf(action),
      careful || this.world.chance(0.5) ? this.doIt(task, action) : { outcome: 'not-done' },
    ]);
    this.world.after(this.world.random() * 500, () => this.report(task, Object.fromEntries(results)));
  }

  private actionsOf({ position, numbers }: OpenedTask): ActionRecord[] {
    return this.store.position.actions.filter(
      (action) => action.position === position && numbers.includes(action.number),
    );
  }

  private doIt({ direction }: OpenedTask, { spec }: ActionRecord): ReportedResult {
    const { target, nowMs } = this.world;
    const { name } = spec.object;
    const before = target.held(name);
    const lies =
      target.byHand.get(name) === 'unwritable' && this.world.weather.crash > 0 && this.world.chance(0.1);
    this.world.note(`person ${lies ? 'forgets' : 'does'} ${direction} ${name}`);
    if (!lies) target.land(nowMs, name, direction === 'forward' ? spec.after : spec.before);
    return { outcome: 'done', ...(direction === 'forward' && this.world.chance(0.5) ? { before } : {}) };
  }

  private report(task: OpenedTask, results: Readonly<Record<string, ReportedResult>>): void {
    if (!this.open.has(task.id)) return;
    const done = Object.values(results).filter(({ outcome }) => outcome === 'done').length;
    const outcome = done === 0 ? 'not-done' : done === task.numbers.length ? 'done' : 'partly';
    if (this.requests.ask('complete-task', { task: task.id, outcome, results, evidence: null })) return;
    // Another request is on its way.
    this.world.after(200, () => this.report(task, results));
  }
}
