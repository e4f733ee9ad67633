import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../database/database.js';
import { AppError, type Fault } from '../../errors.js';
import { noVerb } from '../no-verb.js';
import type { Caller } from '../../http/caller.js';
import { allow } from '../../http/caller.js';
import { invalid } from '../../http/validate.js';
import type { Cause, Position, VerbRequest } from '../../saga/position.js';
import { isEnded } from '../../saga/position.js';
import type { Verb } from '../../saga/verbs.js';
import { givesWay, isVerb, possibleVerbs, supportedVerbs, verbFits } from '../../saga/verbs.js';
import { Clock } from '../clock.js';
import { loadOperationsIn, noOperation } from '../queries/load-operation.js';
import { isUuid } from '../request-text.js';
import type { VerbRequestBody } from '../verb-request.js';
import { requireAgreement } from './approving.js';
import { fingerprintOf } from './fingerprint.js';
import { lockOperation, requestVerbs } from './sql/request-verbs.sql.js';
import type { IdempotencyKey } from './sql/take-idempotency-keys.sql.js';
import { takeIdempotencyKey } from './take-idempotency-key.js';
import { findTask } from '../tasks/sql/find-tasks.sql.js';
import { judgedReport, taskReport } from '../tasks/task-report.js';
import { isSameRequest, memberFaults, reasonOf, verbMembers } from './verb-members.js';

export interface VerbToAccept {
  readonly operationId: string;
  /** As it stands in the address or in the command's type. */
  readonly verb: string;
  readonly request: VerbRequestBody;
  readonly caller: Caller;
  /** Left out over Kafka, where the inbox knows a repeated command. */
  readonly idempotencyKey?: Omit<IdempotencyKey, 'caller'> | null;
  /** The command it came with; left out where it came with none. */
  readonly cause?: Cause;
}

/** Whether the word is a verb whose behaviour is there. @throws AppError `not-found`, `not-yet-supported` */
export function supportedVerb(word: string): Verb {
  if (!isVerb(word)) throw noVerb(word, [...supportedVerbs]);
  if (supportedVerbs.has(word)) return word;
  throw new AppError('not-yet-supported', `The verb "${word}" is not supported yet.`, {
    members: { supportedVerbs: [...supportedVerbs] },
  });
}

/** Writes down what a person tells an operation; whoever owns it carries it out at its next safe point. */
@Injectable()
export class AcceptVerb {
  constructor(private readonly clock: Clock) {}

  /** @returns the operation with the request on it @throws AppError */
  async accept(tx: Queryable, asked: VerbToAccept): Promise<Position> {
    const verb = supportedVerb(asked.verb);
    const position = await lockedPosition(tx, asked.operationId);
    allow(asked.caller, verb === 'approve' ? 'approver' : 'operator', position);
    if (await isRepeated(tx, asked, position)) return position;
    const faults = memberFaults(verb, asked.request);
    if (faults.length > 0)
      throw invalid([...faults, ...(await taskFaults(tx, verb, position, asked.request, faults))]);
    const members = verbMembers(verb, asked.request);
    const { expectedState } = asked.request;
    if (expectedState !== undefined && expectedState !== position.state) {
      throw refused('state-mismatch', `The operation is ${position.state}, not ${expectedState}.`, position);
    }
    const waiting = position.requestedVerb;
    const report = verbFits(verb, position) ? await reportOf(tx, verb, position, asked.request) : {};
    if (waiting !== null && !givesWay(position, verb)) {
      if (isSameRequest(waiting, { verb, ...members, ...report })) return position;
      throw refused('verb-pending', `"${waiting.verb}" by ${waiting.by} waits for its safe point.`, position);
    }
    if (!verbFits(verb, position)) {
      const way = position.direction === 'undo' && !isEnded(position.state) ? ' on its way back' : '';
      throw refused(
        'verb-not-possible',
        `"${verb}" does not fit: the operation is ${position.state}${way}.`,
        position,
      );
    }
    if (verb === 'approve') requireAgreement(asked.caller, members.digest, position);
    const request = {
      verb,
      by: asked.caller.name,
      atMs: this.clock.now().getTime(),
      reason: reasonOf(asked.request),
      ...members,
      ...report,
      ...(waiting === null ? {} : { [verb === 'complete-task' ? 'then' : 'instead']: waiting }),
      ...(asked.cause === undefined ? {} : { cause: asked.cause }),
    };
    await requestVerbs(tx, [{ operationId: position.id, request }]);
    return { ...position, requestedVerb: request, version: position.version + 1 };
  }
}

/** What a person says about the open task. @throws AppError */
async function reportOf(
  tx: Queryable,
  verb: Verb,
  position: Position,
  request: VerbRequestBody,
): Promise<Pick<VerbRequest, 'report'>> {
  const open = position.waitingFor?.task;
  if (verb !== 'complete-task' || open === undefined) return {};
  return { report: taskReport(position, await findTask(tx, open), request) };
}

/** What else is wrong with a report that lacks something: all of it is said at once, held against the task that is open. */
async function taskFaults(
  tx: Queryable,
  verb: Verb,
  position: Position,
  request: VerbRequestBody,
  known: readonly Fault[],
): Promise<readonly Fault[]> {
  const open = position.waitingFor?.task;
  const isMeant = request.task === undefined || request.task.toLowerCase() === open;
  if (verb !== 'complete-task' || open === undefined || !isMeant) return [];
  const task = await findTask(tx, open);
  if (task === null || task.closed_at !== null) return [];
  const pointers = new Set(known.map(({ pointer }) => pointer));
  return judgedReport(position, task, request).faults.filter(({ pointer }) => !pointers.has(pointer));
}

/** What was accepted under this key is not accepted again, whatever has become of the operation since. */
async function isRepeated(tx: Queryable, asked: VerbToAccept, { id }: Position): Promise<boolean> {
  const { caller, verb, request, idempotencyKey } = asked;
  if (idempotencyKey === undefined || idempotencyKey === null) return false;
  const fingerprint = fingerprintOf({ verb, request });
  const key = { ...idempotencyKey, caller: caller.name, fingerprint, operationId: id };
  return (await takeIdempotencyKey(tx, key)) !== null;
}

async function lockedPosition(tx: Queryable, id: string): Promise<Position> {
  if (!isUuid(id) || !(await lockOperation(tx, id))) throw noOperation(id);
  const [position] = await loadOperationsIn(tx, [id.toLowerCase()]);
  if (position === undefined) throw noOperation(id);
  return position;
}

const refused = (
  code: 'state-mismatch' | 'verb-pending' | 'verb-not-possible',
  detail: string,
  position: Position,
): AppError =>
  new AppError(code, detail, {
    members: {
      state: position.state,
      possibleVerbs: possibleVerbs(position),
      href: `/v1/operations/${position.id}`,
    },
  });
