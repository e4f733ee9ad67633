import type { ActionObject, PlannedAction } from '../../saga/action.js';
import { ObjectType } from '../ports/object-types.js';
import { unseenBefore } from './unseen-before.js';
import type { Move, RebindInput, ServerNow } from './rebind-input.js';

/** What the state shown by Solution Control Server may lag behind the application's own time-out. */
const marginMs = 10_000;
/** The platform documents no time-out for a switch-over; a minute is far beyond what an operator would wait. */
const switchOverMs = 60_000;
/** The platform's own default for both, used where the application says 0. */
const platformTimeoutMs = 90_000;

export function rebindAction(move: Move, stage: number, input: RebindInput): PlannedAction {
  const { server } = move;
  switch (move.do) {
    case 'prove':
      return {
        kind: 'set-account',
        object: application(server),
        before: idOf(server),
        after: idOf(server),
        stage,
        always: true,
        input: { pair: input.backup !== null },
      };
    case 'set':
      return {
        kind: 'set-account',
        object: { ...application(server), for: input.account },
        before: idOf(server),
        after: { type: input.account.type, dbid: input.account.dbid },
        stage,
        input: { pair: input.backup !== null },
      };
    case 'stop':
      return {
        kind: 'stop',
        object: application(server),
        before: server.stateUnseen === true ? unseenBefore : 'running',
        after: 'stopped',
        stage,
        input: { stopMode: input.restart.stopMode, ...standbyOf(server, input) },
        underwayMs: settlesWithinMs(server),
        overdue: input.restart.stopMode === 'graceful' ? 'fail' : 'apply-again',
      };
    case 'start':
      return {
        kind: 'start',
        object: application(server),
        before: 'stopped',
        after: 'running',
        stage,
        input: { stopMode: input.restart.stopMode },
        underwayMs: settlesWithinMs(server),
        // Sent once more it refuses on the way there, and stops the server on the way back.
        overdue: 'apply-again',
        failsWith: 'server-not-started',
        ...(move.settles ? { holdMs: input.settleMs } : {}),
      };
    case 'switch-over':
      return {
        kind: 'switch-over',
        object: { ...application(server), for: application(move.from) },
        before: { primary: move.from.name },
        after: { primary: server.name },
        stage,
        underwayMs: switchOverMs,
        holdMs: input.settleMs,
      };
  }
}

const application = ({ name, dbid }: ServerNow): ActionObject => ({
  type: ObjectType.application,
  name,
  dbid,
});

const idOf = ({ account }: ServerNow) =>
  account === null ? unseenBefore : { type: account.type, dbid: account.dbid };

/** Where nobody sees run modes: the one that has to serve while this server is stopped. */
const standbyOf = (server: ServerNow, { primary, backup, restart }: RebindInput) =>
  restart.mode === 'rolling' && server.stateUnseen === true && backup !== null
    ? { serving: server === backup ? primary.name : backup.name }
    : {};

/** One figure for both, because the undo of a stop is a start. */
const settlesWithinMs = (server: ServerNow): number =>
  Math.max(server.startupTimeoutMs || platformTimeoutMs, server.shutdownTimeoutMs || platformTimeoutMs) +
  marginMs;
