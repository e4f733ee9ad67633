import type { PlannedAction } from '../../src/saga/action.js';
import type { Lab } from './lab.js';

/** A line of the simulator's log. */
export interface LogLine {
  readonly seq: number;
  readonly actor: string;
  readonly effect: string;
  readonly object: { readonly type: number; readonly dbid: number; readonly name: string };
  readonly before: unknown;
  readonly after: unknown;
}

interface Id {
  readonly type: number;
  readonly dbid: number;
}
/** "21/retail-email-account": DBIDs of what is to be created are not known yet, names are. */
type NameOf = (id: Id) => string;

/** Every effect that somebody had on the platform after this line; what servers do by themselves is none. */
export async function effectsSince(lab: Lab, after: number): Promise<readonly LogLine[]> {
  const { lines } = (await lab.control('GET', `/log?after=${after}`)) as { lines: LogLine[] };
  return lines.filter(({ actor }) => actor !== 'self');
}

/** Names of everything that is there, or was made in these lines. */
export async function namesAt(lab: Lab, lines: readonly LogLine[]): Promise<NameOf> {
  const { objects } = (await lab.control('GET', '/world')) as { objects: LogLine['object'][] };
  const made = lines.map(({ object }) => object);
  const names = new Map([...objects, ...made].map(({ type, dbid, name }) => [`${type}/${dbid}`, name]));
  return ({ type, dbid }) => `${type}/${names.get(`${type}/${dbid}`) ?? `unknown ${dbid}`}`;
}

/** One sentence for each effect of a line; an update that no action of ours makes comes out as one that no plan has. */
export function effectsOf({ effect, object, before, after }: LogLine, nameOf: NameOf): readonly string[] {
  const self = `${object.type}/${object.name}`;
  switch (effect) {
    case 'account':
      return [`account of ${self}: ${nameOf(before as Id)} > ${nameOf(after as Id)}`];
    case 'acl':
      return entriesOf(self, before as Entries, after as Entries, nameOf);
    case 'update':
      return updatesOf(self, before as Attributes, after as Attributes, nameOf);
    default:
      return [`${effect} ${self}`];
  }
}

interface Entries {
  readonly entries: readonly { readonly account: Id; readonly accessMask: number }[];
}

function entriesOf(self: string, before: Entries, after: Entries, nameOf: NameOf): string[] {
  const maskIn = ({ entries }: Entries, who: string): number | undefined =>
    entries.find(({ account }) => nameOf(account) === who)?.accessMask;
  const everybody = new Set([...before.entries, ...after.entries].map(({ account }) => nameOf(account)));
  return [...everybody]
    .filter((who) => maskIn(before, who) !== maskIn(after, who))
    .map((who) => entry(self, who, maskIn(before, who), maskIn(after, who)));
}

const entry = (self: string, who: string, before?: number, after?: number): string =>
  `entry of ${who} on ${self}: ${before ?? 'none'} > ${after ?? 'none'}`;

type Attributes = Readonly<Record<string, unknown>>;
type Members = readonly { readonly DBID: string; readonly type: string }[];

function updatesOf(self: string, before: Attributes, after: Attributes, nameOf: NameOf): string[] {
  return Object.keys({ ...before, ...after }).flatMap((attribute) => {
    if (attribute !== 'memberIDs') return [`${attribute} of ${self}: ${String(after[attribute])}`];
    const [was, is] = [before, after].map((side) =>
      ((side[attribute] ?? []) as Members).map(({ DBID, type }) =>
        nameOf({ type: Number(type), dbid: Number(DBID) }),
      ),
    ) as [string[], string[]];
    return [
      ...is.filter((one) => !was.includes(one)).map((one) => `add ${one} to ${self}`),
      ...was.filter((one) => !is.includes(one)).map((one) => `remove ${one} from ${self}`),
    ];
  });
}

/** The same sentence for an action of a plan. */
export function effectOf(action: PlannedAction, nameOf: NameOf): string {
  const { kind, object } = action;
  const self = `${object.type}/${object.name}`;
  const concerned = object['for'] as { type: number; name: string; dbid: unknown } | undefined;
  const whom = concerned === undefined ? '' : `${concerned.type}/${concerned.name}`;
  switch (kind) {
    case 'set-account':
      return `account of ${self}: ${nameOf(action.before as unknown as Id)} > ${accountAfter(action, whom, nameOf)}`;
    case 'grant':
    case 'revoke':
      return entry(self, whom, maskOf(action.before), maskOf(action.after));
    case 'add-member':
      return `add ${whom} to ${self}`;
    case 'remove-member':
      return `remove ${whom} from ${self}`;
    case 'update':
      return Object.entries(action.after as Attributes)
        .map(([attribute, value]) => `${inLog(attribute)} of ${self}: ${String(value)}`)
        .join(', ');
    default:
      return `${kind} ${self}`;
  }
}

/** The mark is a section of the annex. */
const inLog = (attribute: string): string => (attribute === 'mark' ? 'userProperties' : attribute);

/** Of one that is to be created only the name is known. */
function accountAfter({ after }: PlannedAction, whom: string, nameOf: NameOf): string {
  const { dbid } = after as unknown as Id;
  return typeof dbid === 'number' ? nameOf(after as unknown as Id) : whom;
}

const maskOf = (image: unknown): number | undefined => (image as { accessMask: number } | null)?.accessMask;
