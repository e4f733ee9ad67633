import { approvalToCome } from '../../src/saga/approval.js';
import type { Position, Schedule } from '../../src/saga/position.js';
import { idle, newStep } from '../../src/saga/position.js';
import type { World } from './world.js';

/** An operation just accepted, with the target's plans before it. @param withExtras some wait for approval or for a window */
export function newOperation(world: World, withExtras: boolean): Position {
  const { nowMs } = world;
  return {
    id: 'operation',
    kind: 'test',
    solutionId: 'solution',
    target: 't',
    tenant: 'e',
    key: 'k',
    state: 'queued',
    direction: 'forward',
    aim: 'complete',
    version: 1,
    steps: [...world.target.plans.keys()].map((name, position) => newStep(position, name)),
    actions: [],
    schedule: withExtras && world.chance(0.3) ? window(world) : null,
    locksHeld: false,
    serviceDown: false,
    interruptions: [],
    input: {
      desired: {},
      requestedBy: 'test',
      externalReference: [],
      correlationId: null,
      causationId: null,
    },
    planId: null,
    planDigest: null,
    approval: withExtras && world.chance(0.3) ? approvalToCome : null,
    waitingFor: null,
    error: null,
    requestedVerb: null,
    leftBehind: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    startedAtMs: null,
    endedAtMs: null,
    live: idle,
  };
}

/** Soon, long enough for the outage there and back or not. */
function window(world: World): Schedule {
  const notBeforeMs = world.nowMs + Math.floor(world.random() * 3_000);
  const longMs = world.chance(0.5) ? 1_000 : 60_000;
  return { notBeforeMs: null, window: { notBeforeMs, notAfterMs: notBeforeMs + longMs } };
}
