export type Scalars = Readonly<Record<string, string>>;
/** section → key → value */
export type KeyValues = Readonly<Record<string, Scalars>>;
/** An element of a list attribute: a DBID, or a flat structure. */
export type Item = string | Scalars;

export interface Id {
  readonly type: number;
  readonly dbid: number;
}

/** One object of the configuration database. Immutable: a change puts a new one in its place. */
export interface ConfigObject extends Id {
  readonly folderDbid: number;
  /** Attributes as the platform sends them: strings, flags and enumerations as numbers; without the DBID. */
  readonly scalars: Scalars;
  /** `userProperties` (the annex), `options`. */
  readonly keyValues: Readonly<Record<string, KeyValues>>;
  /** `memberIDs`, `appServerDBIDs`, `tenantDBIDs`, … */
  readonly lists: Readonly<Record<string, readonly Item[]>>;
  /** Structures inside: `serverInfo`, `agentInfo`. */
  readonly nested: Readonly<Record<string, Scalars>>;
  readonly passwordHash?: string;
}

export interface Ace {
  readonly account: Id;
  readonly accessMask: number;
}

export type RunMode = 'primary' | 'backup' | 'none';

/** How one server behaves where it differs from the switches. Times in ms. */
export interface Behaviour {
  readonly startupMs?: number;
  readonly shutdownMs?: number;
  /** Objects it reads while it initialises; without Read on one of them it gives up and stops. */
  readonly needsRead?: readonly Id[];
}

/** What a server will become by itself, and when (ms since 1970): stored, so that it happens after a restart too. */
export interface Transition {
  readonly at: number;
  readonly to: number | 'primary';
}

/** Time without a running primary, kept on the record of the configured primary. Times in ms. */
export interface InterruptionClock {
  readonly hasRun: boolean;
  readonly downSince: number | null;
  readonly interruptedMs: number;
  readonly interruptions: number;
}

export interface Server {
  readonly status: number;
  readonly runMode: RunMode;
  /** The account its session was opened with; null while it does not run. */
  readonly runningAs: Id | null;
  readonly transitions: readonly Transition[];
  readonly behaviour: Behaviour;
  readonly clock: InterruptionClock;
}

/** What the store keeps: everything of the world is one of these under its key. */
export interface Records {
  object: ConfigObject;
  acl: readonly Ace[];
  account: Id;
  server: Server;
  /** The last DBID given out for a type. */
  counter: number;
  setting: Readonly<Record<string, unknown>>;
}
export type RecordKind = keyof Records;

export type StoredRecord = {
  [K in RecordKind]: { readonly kind: K; readonly key: string; readonly body: Records[K] };
}[RecordKind];

export interface LogLine {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly effect: string;
  readonly object: Id & { readonly name: string };
  readonly before: unknown;
  readonly after: unknown;
}

/** One commit: what is put, what goes, and the lines that say so. */
export interface Change {
  readonly puts: readonly StoredRecord[];
  readonly deletes: readonly { readonly kind: RecordKind; readonly key: string }[];
  readonly log: readonly LogLine[];
}

export const keyOf = (id: Id): string => `${id.type}/${id.dbid}`;
export const sameId = (a: Id, b: Id): boolean => a.type === b.type && a.dbid === b.dbid;
