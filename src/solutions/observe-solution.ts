import { beforeOf } from '../saga/before-image.js';
import type { Json } from '../saga/json.js';
import { outputsOf } from '../saga/outputs.js';
import type { Position } from '../saga/position.js';
import { resolve } from '../saga/reference.js';
import type { Desired } from './desired.js';
import { ObjectType } from './ports/object-types.js';
import type { Adopted, StoodEntry } from './rules/adopted.js';
import type { SolutionRefs } from './rules/refs.js';
import type { Observed } from './solution-view.js';
import type { ChangeDesired } from './standing.js';

/** What a run has found and made, from what its steps put down. Without a resolved server nothing was found. */
export function observedBy(position: Position, atMs: number): Observed | null {
  const merged = Object.assign({}, ...position.steps.map((step) => step.refs)) as Json;
  const refs = resolve(merged, outputsOf(position)) as unknown as Partial<SolutionRefs>;
  const { server, accessGroup, person, businessProcesses, newestBusinessProcess } = refs;
  if (server === undefined) return null;
  const desired = position.input.desired as Desired;
  const { primary, backup } = server;
  return {
    at: new Date(atMs).toISOString(),
    accessGroup: known(accessGroup) ? { name: desired.accessGroup.name, dbid: accessGroup } : null,
    person: known(person) ? { userName: desired.person.userName, dbid: person } : null,
    businessProcesses: (businessProcesses ?? []).map(({ name, dbid }) => ({ name, dbid })),
    servers: [
      {
        name: primary.name,
        dbid: primary.dbid,
        role: 'primary',
        former: formerOf(position, refs, primary.dbid),
      },
      ...(backup === null
        ? []
        : [
            {
              name: backup.name,
              dbid: backup.dbid,
              role: 'backup' as const,
              former: formerOf(position, refs, backup.dbid),
            },
          ]),
    ],
    drifted: false,
    ...adoptedBy(refs, desired),
    ...(newestBusinessProcess === undefined ? {} : { newestBusinessProcess }),
  };
}

const known = (dbid: Json | undefined): dbid is number => typeof dbid === 'number';

/** Of an onboarding what it found; of a change what is still the solution's of it: what has left was given up for good. */
function adoptedBy(
  refs: Partial<SolutionRefs>,
  { standing }: Partial<ChangeDesired>,
): { readonly adopted?: Adopted } {
  const earlier = standing?.adopted;
  if (earlier !== undefined) {
    const { businessProcesses = [], server } = refs;
    const servers = server === undefined ? [] : [server.primary, server.backup];
    const isHeld = ({ type, dbid }: StoodEntry): boolean =>
      (type === ObjectType.script ? businessProcesses : servers).some((one) => one?.dbid === dbid);
    return { adopted: { ...earlier, entries: earlier.entries.filter(isHeld) } };
  }
  const { adoptedGroup = false, adoptedPerson = false, stoodOfGroup, stoodOfPerson } = refs;
  if (!adoptedGroup && !adoptedPerson) return {};
  return {
    adopted: {
      accessGroup: adoptedGroup,
      person: adoptedPerson,
      entries: [...(stoodOfGroup ?? []), ...(stoodOfPerson?.entries ?? [])],
      memberOf: stoodOfPerson?.memberOf ?? [],
      ...(adoptedGroup && stoodOfGroup === undefined ? { groupUnseen: true as const } : {}),
    },
  };
}

type Former = NonNullable<Observed['servers'][number]['former']>;

/** It was stopped, and not found so by a person who came to stop it. */
const didRun = (action: Position['actions'][number]): boolean =>
  action.spec.kind === 'stop' && beforeOf(action, new Map())?.image !== 'stopped';

/** By the before-images of this run, else as an earlier one found it. */
function formerOf({ actions, input }: Position, refs: Partial<SolutionRefs>, dbid: number): Former | null {
  const own = actions.filter(({ spec }) => spec.object.dbid === dbid);
  const bound = own.find(({ spec }) => spec.kind === 'set-account' && spec.always !== true);
  const before = bound === undefined ? null : beforeOf(bound, new Map());
  if (before !== null) {
    const account = before.image as unknown as Former['account'];
    return { account, running: own.some(didRun) };
  }
  const stood = refs.stoodServers?.find((server) => server.dbid === dbid);
  if (stood !== undefined && typeof refs.person === 'number') {
    return { account: { type: ObjectType.person, dbid: refs.person }, running: stood.running };
  }
  const { standing } = input.desired as Partial<ChangeDesired>;
  const earlier = standing?.servers.find((server) => server.dbid === dbid);
  return earlier === undefined ? null : { account: earlier.account, running: earlier.running };
}
