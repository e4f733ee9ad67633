import type { Decision } from '../../src/saga/decide.js';
import type { Position, VerbRequest } from '../../src/saga/position.js';
import { isEnded } from '../../src/saga/position.js';
import type { TaskReport } from '../../src/saga/reported.js';
import type { Verb } from '../../src/saga/verbs.js';
import { possibleVerbs } from '../../src/saga/verbs.js';
import type { Store } from './store.js';
import type { World } from './world.js';

const applied = 'operation.verb-applied';
const dropped = 'operation.verb-dropped';

/** What may be overtaken; whatever else was taken takes effect. */
const mayBeDropped: ReadonlySet<string> = new Set(['pause', 'mark-done']);

/**
 * Requests as the interface takes them, and the judge of their answers: each one that was taken has exactly one, and is
 * either waiting or answered.
 */
export class Requests {
  /** What became of requests: `<verb> applied`, `<verb> dropped`, `<verb> refused`. */
  readonly results: string[] = [];
  private readonly waiting = new Map<string, string>();
  private count = 0;

  constructor(
    private readonly world: World,
    private readonly store: Store,
  ) {}

  /** @returns whether it was taken */
  ask(verb: Verb, report?: TaskReport): boolean {
    const { position } = this.store;
    const pending = position.requestedVerb;
    if (!possibleVerbs(position).includes(verb)) {
      this.results.push(`${verb} refused`);
      return false;
    }
    const id = `ask-${(this.count += 1)}`;
    this.world.note(`asked: ${verb} (${id})`);
    this.waiting.set(id, verb);
    this.judgeTaken(verb);
    this.store.request({
      verb,
      by: 'somebody',
      atMs: this.world.nowMs,
      reason: 'test',
      cause: { correlationId: null, causationId: id },
      ...(report === undefined ? {} : { report }),
      ...(verb === 'approve' ? { digest: position.approval?.digest ?? '' } : {}),
      ...(verb === 'mark-done' ? { evidence: 'seen' } : {}),
      ...(verb === 'reschedule'
        ? { window: { notBeforeMs: this.world.nowMs, notAfterMs: this.world.nowMs + 600_000 } }
        : {}),
      ...(pending === null ? {} : { [verb === 'complete-task' ? 'then' : 'instead']: pending }),
    });
    return true;
  }

  /** What cannot be taken back is not promised to be: the target has seen one of its effects. */
  private judgeTaken(verb: Verb): void {
    const { target } = this.world;
    if ((verb === 'cancel' || verb === 'compensate') && target.irreversibleLanded)
      this.world.problem(`${verb} was taken after something irreversible had landed`);
  }

  /** Called with every commit. */
  settle(to: Position, { events }: Decision): void {
    for (const { type, members, cause } of events) {
      if (type !== applied && type !== dropped) continue;
      const id = cause?.causationId ?? 'nothing';
      const verb = this.waiting.get(id);
      if (verb === undefined || members?.['verb'] !== verb)
        this.world.problem(
          `${type} answers ${id}, which is not waiting with ${members?.['verb'] ?? 'nothing'}`,
        );
      this.waiting.delete(id);
      this.results.push(`${verb ?? 'nothing'} ${type === applied ? 'applied' : 'dropped'}`);
      if (type === dropped) this.judgeDropped(verb ?? '', members?.['why'] ?? '', to);
    }
    const kept = new Set(idsOf(to.requestedVerb));
    for (const [id, verb] of this.waiting)
      if (!kept.has(id)) this.world.problem(`${verb} (${id}) is neither waiting nor answered in ${to.state}`);
  }

  private judgeDropped(verb: string, why: string, to: Position): void {
    if (why === '') this.world.problem(`${verb} was dropped, and nothing says why`);
    if (!mayBeDropped.has(verb) && !why.endsWith('took its place.'))
      this.world.problem(`${verb} was dropped in ${to.state}: ${why}`);
    if (verb === 'cancel' && !isEnded(to.state))
      this.world.problem(`cancel was dropped in ${to.state}: ${why}`);
  }

  /** Nothing waits for ever: not at the end. */
  judgeEnd(): void {
    for (const [id, verb] of this.waiting) this.world.problem(`${verb} (${id}) was taken and never answered`);
  }
}

const idsOf = (request: VerbRequest | null | undefined): string[] =>
  request == null
    ? []
    : [request.cause?.causationId ?? '', ...idsOf(request.then), ...idsOf(request.instead)];
