import { isDeepStrictEqual } from 'node:util';
import type { Snapshot } from '../../src/simulator/world/snapshot.js';
import type { Slot } from './platform.js';

const tenant = 'environment';
export const groupOf = ({ key }: Slot): string => `${key}-account`;
export const personOf = ({ key }: Slot): string => `ixn-${tenant}-${key}`;
const baseGroup = 'Ixn servers base';

const Type = { person: 3, application: 9, script: 12, accessGroup: 21 } as const;
const running = 6;
const readAndExecute = 9;

type Entry = Snapshot['acls'][number]['entries'][number];

/** What of the platform belongs to one solution alone: its servers, its Business Processes, its account and Person. */
export interface SlotView {
  readonly objects: Snapshot['objects'];
  readonly acls: Snapshot['acls'];
  readonly accounts: Snapshot['accounts'];
  readonly servers: Snapshot['servers'];
  /** Whether its Person is a member of the site's base group. */
  readonly inBaseGroup: boolean;
}

export function slotView(world: Snapshot, slot: Slot): SlotView {
  const own = new Set([slot.server, slot.backup, ...slot.businessProcesses, groupOf(slot), personOf(slot)]);
  const isOwn = ({ name }: { name: string }): boolean => own.has(name);
  const person = world.objects.find(({ type, name }) => type === Type.person && name === personOf(slot));
  const base = world.objects.find(({ type, name }) => type === Type.accessGroup && name === baseGroup);
  return {
    objects: world.objects.filter(isOwn),
    acls: world.acls.filter(isOwn),
    accounts: world.accounts.filter(isOwn),
    servers: world.servers.filter(isOwn),
    inBaseGroup: person !== undefined && membersOf(base).includes(String(person.dbid)),
  };
}

const membersOf = (group: Snapshot['objects'][number] | undefined): string[] =>
  ((group?.attributes['memberIDs'] ?? []) as string[]).map(
    (item) => (JSON.parse(item) as { DBID: string }).DBID,
  );

/** Where two views of a solution differ, in words. */
export function differences(is: SlotView, shall: SlotView): string[] {
  const found: string[] = [];
  for (const part of ['objects', 'acls', 'accounts', 'servers'] as const) {
    const names = new Set([...is[part], ...shall[part]].map(({ name }) => name));
    for (const name of names) {
      const [one, other] = [is, shall].map((view) => view[part].filter((item) => item.name === name));
      if (isDeepStrictEqual(one, other)) continue;
      found.push(`${part} "${name}": is ${JSON.stringify(one)}, shall be ${JSON.stringify(other)}`);
    }
  }
  if (is.inBaseGroup !== shall.inBaseGroup) found.push(`member of "${baseGroup}": ${String(is.inBaseGroup)}`);
  return found;
}

/** What is missing or too much of a solution that is set up with these Business Processes. `bare`: how it was before. */
export function faultsOfActive(
  is: SlotView,
  bare: SlotView,
  slot: Slot,
  processes: readonly string[],
): string[] {
  const group = is.objects.find(({ type }) => type === Type.accessGroup);
  const person = is.objects.find(({ type }) => type === Type.person);
  if (group === undefined || person === undefined) return ['its access group or its Person is not there'];
  const faults: string[] = [];
  const say = (isWrong: boolean, what: string): void => {
    if (isWrong) faults.push(what);
  };
  say(
    !isDeepStrictEqual(membersOf(group), [String(person.dbid)]),
    `members of the account: ${membersOf(group).join()}`,
  );
  say(!is.inBaseGroup, 'its Person is not in the base group');
  const account = { type: Type.person, dbid: person.dbid };
  for (const { name, account: bound } of is.accounts)
    say(!isDeepStrictEqual(bound, account), `account of "${name}"`);
  for (const server of is.servers) {
    say(server.status !== running, `"${server.name}" has status ${server.status}`);
    say(!isDeepStrictEqual(server.runningAs, account), `"${server.name}" runs under another account`);
    say(
      !isDeepStrictEqual(server.sees.toSorted(), processes.toSorted()),
      `"${server.name}" sees ${server.sees.join()}`,
    );
  }
  const modes = is.servers.map(({ runMode }) => runMode).toSorted();
  say(!isDeepStrictEqual(modes, ['backup', 'primary']), `run modes ${modes.join()}`);
  for (const { name, entries, type } of is.acls) {
    if (type !== Type.application && type !== Type.script) continue;
    const ours = type === Type.application ? account : { type: Type.accessGroup, dbid: group.dbid };
    const has = type === Type.application || processes.includes(name);
    const former = bare.acls.find((acl) => acl.name === name)?.entries ?? [];
    const expected = has ? [...former, { account: ours, accessMask: readAndExecute }] : former;
    say(
      !isDeepStrictEqual(sorted(entries), sorted(expected)),
      `access control list of "${name}": ${JSON.stringify(entries)}`,
    );
  }
  // What we do not own is as it was.
  const others = (view: SlotView) =>
    view.objects.filter(({ type }) => type !== Type.accessGroup && type !== Type.person);
  say(!isDeepStrictEqual(others(is), others(bare)), `objects of "${slot.key}" that are not ours`);
  return faults;
}

const sorted = (entries: readonly Entry[]): string[] =>
  entries.map((entry) => JSON.stringify(entry)).toSorted();
