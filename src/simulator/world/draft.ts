import type {
  Ace,
  Change,
  ConfigObject,
  Id,
  LogLine,
  RecordKind,
  Records,
  Server,
  StoredRecord,
} from './records.js';
import { keyOf } from './records.js';
import { nameOf } from './object-views.js';
import type { Switches } from './switches.js';
import type { Reading, World } from './world.js';

type Line = Omit<LogLine, 'seq' | 'at' | 'actor'> & { readonly actor?: string };

/**
 * One effect in the making: reads see its own changes over the world, nobody else does until the store has it.
 * The world's indexes show what was there before it.
 */
export class Draft implements Reading {
  private readonly changed = new Map<
    string,
    { kind: RecordKind; key: string; record: StoredRecord | null }
  >();
  private readonly lines: Line[] = [];

  constructor(
    readonly world: World,
    readonly switches: Switches,
    /** ms since 1970 */
    readonly now: number,
  ) {}

  object(type: number, dbid: number): ConfigObject | undefined {
    return this.read('object', `${type}/${dbid}`, () => this.world.object(type, dbid));
  }
  acl(object: Id): readonly Ace[] {
    return this.read('acl', keyOf(object), () => this.world.acl(object)) ?? [];
  }
  account(applicationDbid: number): Id | undefined {
    return this.read('account', String(applicationDbid), () => this.world.account(applicationDbid));
  }
  server(applicationDbid: number): Server | undefined {
    return this.read('server', String(applicationDbid), () => this.world.server(applicationDbid));
  }
  setting(key: string): Records['setting'] | undefined {
    return this.read('setting', key, () => this.world.setting(key));
  }

  putObject(body: ConfigObject): void {
    this.put({ kind: 'object', key: keyOf(body), body });
  }
  putAcl(object: Id, body: readonly Ace[]): void {
    this.put({ kind: 'acl', key: keyOf(object), body });
  }
  putAccount(applicationDbid: number, body: Id): void {
    this.put({ kind: 'account', key: String(applicationDbid), body });
  }
  putServer(applicationDbid: number, body: Server): void {
    this.put({ kind: 'server', key: String(applicationDbid), body });
  }
  putSetting(key: string, body: Records['setting']): void {
    this.put({ kind: 'setting', key, body });
  }
  remove(kind: RecordKind, key: string): void {
    this.changed.set(`${kind}:${key}`, { kind, key, record: null });
  }

  /** Counts up for ever: a DBID is never given out twice, whatever was deleted. */
  nextDbid(type: number): number {
    const last = this.read('counter', String(type), () => this.world.counter(type)) ?? 100;
    this.put({ kind: 'counter', key: String(type), body: last + 1 });
    return last + 1;
  }

  /** A line of the effects log. @param actor when it is not the one who runs the effect (`self`: a consequence) */
  log(effect: string, object: ConfigObject, before: unknown, after: unknown, actor?: string): void {
    const named = { type: object.type, dbid: object.dbid, name: nameOf(object) };
    this.lines.push({ effect, object: named, before, after, ...(actor === undefined ? {} : { actor }) });
  }

  get isEmpty(): boolean {
    return this.changed.size === 0 && this.lines.length === 0;
  }

  /** @param after the last line of the log so far */
  toChange(actor: string, after: number): Change {
    const at = new Date(this.now).toISOString();
    const puts: StoredRecord[] = [];
    const deletes: { kind: RecordKind; key: string }[] = [];
    for (const { kind, key, record } of this.changed.values()) {
      if (record) puts.push(record);
      else deletes.push({ kind, key });
    }
    const log = this.lines.map((line, i) => ({ seq: after + i + 1, at, actor, ...line }));
    return { puts, deletes, log };
  }

  private put(record: StoredRecord): void {
    this.changed.set(`${record.kind}:${record.key}`, { kind: record.kind, key: record.key, record });
  }

  private read<K extends RecordKind>(
    kind: K,
    key: string,
    otherwise: () => Records[K] | undefined,
  ): Records[K] | undefined {
    const change = this.changed.get(`${kind}:${key}`);
    if (!change) return otherwise();
    return change.record?.body as Records[K] | undefined;
  }
}
