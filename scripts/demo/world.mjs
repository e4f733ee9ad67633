// The simulator's world: what the running servers see, and whether it is what it was.
import { table } from './terminal.mjs';

const interactionServerTypes = ['111', '1'];
const namesShown = 4;

export class World {
  constructor(simulatorUrl) {
    this.url = simulatorUrl;
  }

  async snapshot() {
    const response = await fetch(`${this.url}/simulator/world`);
    if (!response.ok) throw new Error(`The simulator answered ${response.status} for its world.`);
    return response.json();
  }
}

/** Who runs as whom, and reads which Business Processes, a solution's own and others, by the rights of the running processes. */
export function sayWhoReads(world, own) {
  const nameOf = new Map(world.objects.map(({ type, dbid, name }) => [`${type}/${dbid}`, name]));
  const isServer = new Set(
    world.objects
      .filter(({ type, attributes }) => type === 9 && interactionServerTypes.includes(attributes.type))
      .map(({ dbid }) => dbid),
  );
  const rows = world.servers
    .filter(({ application }) => isServer.has(application))
    .map(({ name, runMode, runningAs, sees }) => {
      if (runningAs === null) return [name, 'stopped', '–', '–', '–'];
      const account =
        nameOf.get(`${runningAs.type}/${runningAs.dbid}`) ?? `${runningAs.type}/${runningAs.dbid}`;
      const ofOwn = sees.filter((process) => own.includes(process)).length;
      const others = sees.filter((process) => !own.includes(process));
      return [name, runMode, account, ofOwn === 0 ? 'none' : `${ofOwn} of ${own.length}`, listed(others)];
    });
  table(
    ['Interaction Server', 'state', 'runs as', "reads the solution's", 'reads other Business Processes'],
    rows,
  );
}

const listed = (names) =>
  names.length === 0
    ? 'none'
    : names.length <= namesShown
      ? names.join(', ')
      : `${names.length}: ${names.slice(0, namesShown - 1).join(', ')}, …`;

/** JSON with members in order: the order says nothing. */
const text = (value) =>
  JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const sections = {
  objects: ({ type, dbid }) => `${type}/${dbid}`,
  acls: ({ type, dbid }) => `${type}/${dbid}`,
  accounts: ({ application }) => application,
  servers: ({ application }) => application,
};

/** One line per difference; none: they are equal. */
export function differences(before, after) {
  return Object.entries(sections).flatMap(([section, keyOf]) => {
    const [was, is] = [before, after].map(
      (world) => new Map(world[section].map((item) => [keyOf(item), item])),
    );
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
      const [a, b] = [was.get(key), is.get(key)];
      const name = `${section} ${key} "${(a ?? b).name}"`;
      if (a === undefined) return [`${name}: is there and was not`];
      if (b === undefined) return [`${name}: was there and is not`];
      return Object.keys({ ...a, ...b })
        .filter((member) => text(a[member]) !== text(b[member]))
        .map((member) => `${name}: ${member} was ${text(a[member])} and is ${text(b[member])}`);
    });
  });
}

export function countsOf({ objects, acls, accounts, servers }) {
  return `${objects.length} objects, ${acls.length} access control lists, ${accounts.length} accounts and ${servers.length} server states`;
}
