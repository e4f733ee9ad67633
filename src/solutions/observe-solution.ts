import type { Json } from '../saga/json.js';
import { outputsOf } from '../saga/outputs.js';
import type { Position } from '../saga/position.js';
import { resolve } from '../saga/reference.js';
import type { Desired } from './desired.js';
import type { SolutionRefs } from './rules/refs.js';
import type { Observed } from './solution-view.js';

/** What a run has found and made, from what its steps put down. Without a resolved server nothing was found. */
export function observedBy(position: Position, atMs: number): Observed | null {
  const merged = Object.assign({}, ...position.steps.map((step) => step.refs)) as Json;
  const refs = resolve(merged, outputsOf(position)) as unknown as Partial<SolutionRefs>;
  const { server, accessGroup, person, businessProcesses } = refs;
  if (server === undefined) return null;
  const desired = position.input.desired as Desired;
  const { primary, backup } = server;
  return {
    at: new Date(atMs).toISOString(),
    accessGroup: known(accessGroup) ? { name: desired.accessGroup.name, dbid: accessGroup } : null,
    person: known(person) ? { userName: desired.person.userName, dbid: person } : null,
    businessProcesses: (businessProcesses ?? []).map(({ name, dbid }) => ({ name, dbid })),
    servers: [
      { name: primary.name, dbid: primary.dbid, role: 'primary' },
      ...(backup === null ? [] : [{ name: backup.name, dbid: backup.dbid, role: 'backup' as const }]),
    ],
    drifted: false,
  };
}

const known = (dbid: Json | undefined): dbid is number => typeof dbid === 'number';
