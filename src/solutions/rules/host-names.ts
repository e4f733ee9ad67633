import type { HostObject } from '../ports/config-objects.js';

/** Every name and address a machine is known by, in lower case: by the DBID of its Host object, and by each of them. */
export interface HostNames {
  readonly byDbid: ReadonlyMap<number, ReadonlySet<string>>;
  readonly byName: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Where the Host objects cannot be read: names are compared as they are written. */
export const noHosts: HostNames = { byDbid: new Map(), byName: new Map() };

/** Addresses that mean another machine on every machine; the platform fills one in where nobody does. */
const nowhere = /^(?:|localhost|127\..*|0\.0\.0\.0|::1?)$/;

/** Host objects with one name or address are one machine. */
export function hostNames(hosts: readonly HostObject[]): HostNames {
  const byName = new Map<string, Set<string>>();
  const byDbid = new Map<number, Set<string>>();
  for (const { dbid, name, address = '' } of hosts) {
    const own = [name, address].map(plain).filter((one) => !nowhere.test(one));
    const known = own.flatMap((one) => [...(byName.get(one) ?? [])]);
    const all = new Set([...own, ...known]);
    for (const one of all) byName.set(one, all);
    byDbid.set(dbid, all);
  }
  return { byName, byDbid: new Map([...byDbid].map(([dbid, names]) => [dbid, grown(names, byName)])) };
}

const plain = (name: string): string => name.trim().toLowerCase().replace(/\.$/, '');

/** A later object may have joined two machines that were apart until then. */
function grown(names: ReadonlySet<string>, byName: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  return new Set([...names].flatMap((name) => [...(byName.get(name) ?? [name])]));
}

interface Machine {
  readonly server: string;
  readonly hostDbid: number | null;
}

export function compareMachines(a: Machine, b: Machine, hosts: HostNames): 'same' | 'unclear' | 'different' {
  const [namesOfA, namesOfB] = [namesOf(a, hosts), namesOf(b, hosts)];
  if (namesOfA.size === 0 || namesOfB.size === 0) {
    const hostsDiffer = a.hostDbid !== null && b.hostDbid !== null && a.hostDbid !== b.hostDbid;
    return hostsDiffer ? 'different' : 'same';
  }
  if ([...namesOfA].some((name) => namesOfB.has(name) || [...namesOfB].some(isShortOf(name)))) return 'same';
  // An address nobody gave a name, or one Host object under two names: they may be one machine.
  const isAddress = (names: ReadonlySet<string>): boolean => [...names].every((name) => address.test(name));
  const isUnclear = isAddress(namesOfA) !== isAddress(namesOfB) || sameHost(a, b);
  return isUnclear ? 'unclear' : 'different';
}

const sameHost = (a: Machine, b: Machine): boolean => a.hostDbid !== null && a.hostDbid === b.hostDbid;

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)$/;

/** What the access point writes, and all that a Host object of this name is known by; else the names of its own Host object. */
function namesOf({ server, hostDbid }: Machine, { byName, byDbid }: HostNames): ReadonlySet<string> {
  if (!nowhere.test(server)) return byName.get(server) ?? new Set([server]);
  return (hostDbid === null ? undefined : byDbid.get(hostDbid)) ?? new Set();
}

/** `db1` is `db1.example` where nobody says otherwise. */
const isShortOf =
  (name: string) =>
  (other: string): boolean => {
    const [short, long] = name.length < other.length ? [name, other] : [other, name];
    return !short.includes('.') && !short.includes(':') && long.startsWith(`${short}.`);
  };
