import type { Finding, PlannedAction } from '../../saga/action.js';
import { warning } from './finding.js';
import { byHandOf, type Drivers } from './work-by-hand.js';

/** How long no server of the solution runs as primary when a plan is carried out. */
export interface ExpectedInterruption {
  /** `lasting`: the servers stay stopped, as was asked for. */
  readonly expected: 'none' | 'temporary' | 'lasting';
  /**
   * As far as every server keeps its own start-up and shutdown time-outs and nothing has to be undone; null where it lasts,
   * or a person does a part of it.
   */
  readonly atMostSeconds: number | null;
}

/**
 * An upper bound: what may be interrupted counts as if it were, since what a backup does is not documented.
 * From the stop that takes the last server away to the start that brings one back, each with the time it may be under way;
 * a graceful stop that is forced when it takes too long may be so twice.
 */
export function expectedInterruption(
  actions: readonly PlannedAction[],
  drivers: Drivers,
): ExpectedInterruption {
  const within: PlannedAction[] = [];
  let isDown = false;
  for (const action of actions) {
    if (action.service === 'lost' || action.service === 'doubtful') isDown = true;
    if (isDown) within.push(action);
    if (action.service === 'restored') isDown = false;
  }
  if (within.length === 0) return { expected: 'none', atMostSeconds: 0 };
  if (isDown) return { expected: 'lasting', atMostSeconds: null };
  const atMostMs = within.reduce((sumMs, action) => sumMs + longestMs(action), 0);
  return {
    expected: 'temporary',
    atMostSeconds: within.some(({ kind }) => byHandOf(drivers, kind) !== null)
      ? null
      : Math.ceil(atMostMs / 1_000),
  };
}

const longestMs = ({ kind, underwayMs = 0, overdue }: PlannedAction): number =>
  kind === 'stop' && overdue === 'apply-again' ? 2 * underwayMs : underwayMs;

/** What the interruption means to the people who use the solution; nothing where there is none. */
export function interruptionFindings(
  actions: readonly PlannedAction[],
  drivers: Drivers,
): readonly Finding[] {
  const lost =
    actions.find(({ service }) => service === 'lost') ??
    actions.find(({ service }) => service === 'doubtful');
  if (lost === undefined) return [];
  const { expected, atMostSeconds } = expectedInterruption(actions, drivers);
  const { type, name, dbid } = lost.object;
  const stays = expected === 'lasting' ? ' and stays so' : '';
  const how =
    expected === 'lasting'
      ? ''
      : atMostSeconds === null
        ? ', until a person has started a server'
        : `, for at most ${atMostSeconds} s`;
  const detail =
    lost.service === 'lost'
      ? `"${name}" is stopped${stays} and no other server takes over: the service is interrupted${how}.`
      : `"${name}" is stopped${stays}, and it is not known whether its partner, which runs, takes over: where it does not, the service is interrupted${how}.`;
  return [warning('service-interruption', detail, { type, name, dbid })];
}
