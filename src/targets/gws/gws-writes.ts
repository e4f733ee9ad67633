import type { Conventions } from '../../config/conventions.js';
import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { Annex, ObjectId, Objects, PersonState } from '../../solutions/ports/config-objects.js';
import type { Outcome } from './answer.js';
import type { GwsClient } from './gws-client.js';
import type { GwsReader } from './gws-reader.js';
import { featureOff, understood } from './gws-reader.js';
import { encodeGroupAnnex, encodeMemberDelta } from './kinds/access-group.js';
import { kinds } from './kinds/kinds.js';
import { encodePersonAnnex, encodePersonState } from './kinds/person.js';
import type { Wire } from './wire.js';
import { integerOf, textOf } from './wire.js';

export type WritableKind = 'accessGroup' | 'person';

export interface AnnexChange {
  readonly kind: WritableKind;
  readonly dbid: number;
  readonly section: string;
  /** null: the section goes. */
  readonly keys: Annex[string] | null;
}

/**
 * Effects on access groups and Persons. Where something goes in JSON that nobody has seen, the first effect of its sort
 * is looked at once: a platform that passes over what it does not know says that all is well.
 */
export class GwsWrites {
  private readonly proven = new Set<string>();

  constructor(
    private readonly client: GwsClient,
    private readonly reader: GwsReader,
    private readonly conventions: Conventions,
  ) {}

  /** @param annex what the object must hold afterwards. @returns its DBID */
  async create(call: Call, kind: WritableKind, body: Wire, annex: Annex, what: string): Promise<number> {
    const { collection, singular } = kinds[kind];
    const outcome = await this.client.request(call, 'POST', collection, what, { [singular]: body });
    if (outcome.outcome === 'absent') {
      if (!outcome.certain) throw featureOff('write', collection, what);
      throw new CallError('invalid', `${what}: an object that it refers to does not exist`);
    }
    const dbid = dbidIn(outcome.body);
    if (dbid === null) throw new CallError('unknown', `${what}: the answer has no id`);
    await this.proveAnnex(call, kind, dbid, annex, what);
    return dbid;
  }

  /** @returns false when the platform does not find the group or the member */
  async changeMembers(
    call: Call,
    groupDbid: number,
    change: 'add' | 'remove',
    member: ObjectId,
    what: string,
  ): Promise<boolean> {
    const { collection } = kinds.accessGroup;
    const body = { 'delta-access-group': encodeMemberDelta(groupDbid, change, member, this.conventions) };
    const outcome = await this.client.request(call, 'PUT', collection, what, body);
    if (!(await this.isDone(call, outcome, 'accessGroup', groupDbid, what))) return false;
    await this.proveMembers(call, groupDbid, change, member, what);
    return true;
  }

  /** @returns false when there is no such Person */
  async setPersonState(call: Call, dbid: number, state: PersonState, what: string): Promise<boolean> {
    const body = { 'delta-person': encodePersonState(dbid, state) };
    const outcome = await this.client.request(call, 'PUT', kinds.person.collection, what, body);
    return this.isDone(call, outcome, 'person', dbid, what);
  }

  /** @returns false when there is no such object */
  async setAnnexSection(call: Call, change: AnnexChange, what: string): Promise<boolean> {
    const { kind, dbid, section, keys } = change;
    const { collection, singular } = kinds[kind];
    const delta =
      kind === 'person'
        ? encodePersonAnnex(dbid, section, keys)
        : encodeGroupAnnex(dbid, section, keys, this.conventions);
    const outcome = await this.client.request(call, 'PUT', collection, what, {
      [`delta-${singular}`]: delta,
    });
    if (!(await this.isDone(call, outcome, kind, dbid, what))) return false;
    await this.proveSection(call, change, what);
    return true;
  }

  /** What is not there counts as deleted. */
  async delete(call: Call, kind: WritableKind, dbid: number, what: string): Promise<void> {
    const outcome = await this.client.request(call, 'DELETE', `${kinds[kind].collection}/${dbid}`, what);
    await this.isDone(call, outcome, kind, dbid, what);
  }

  /** @returns false when the object is not there. @throws CallError `invalid` when it is, and only writing is not enabled */
  private async isDone(
    call: Call,
    outcome: Outcome,
    kind: WritableKind,
    dbid: number,
    what: string,
  ): Promise<boolean> {
    if (outcome.outcome === 'ok') return true;
    const isThere = !outcome.certain && (await this.reader.one(call, kinds[kind], dbid, what)) !== null;
    if (isThere) throw featureOff('write', kinds[kind].collection, what);
    return false;
  }

  /** Without its mark an object could never be taken out again: what we made this moment goes, and the setting is named. */
  private async proveAnnex(
    call: Call,
    kind: WritableKind,
    dbid: number,
    annex: Annex,
    what: string,
  ): Promise<void> {
    if (this.proven.has(kind) || Object.keys(annex).length === 0) return;
    const made = await this.look(call, kind, dbid, what);
    if (made === null) return;
    if (holds(made.annex, annex)) {
      this.proven.add(kind);
      return;
    }
    try {
      await this.delete(call, kind, dbid, `${what}: deleting it again`);
    } catch (error) {
      throw new CallError('unknown', `${what}: made, but without its mark, and still there`, {
        cause: error,
      });
    }
    const advice = kind === 'accessGroup' ? '; try the other value of conventions.accessGroupAnnex' : '';
    throw new CallError('invalid', `${what}: the target does not keep the mark in its annex${advice}`);
  }

  /** null as well when it cannot be read now: the effect has happened, whatever befalls the look at it. */
  private async look<K extends WritableKind>(
    call: Call,
    kind: K,
    dbid: number,
    what: string,
  ): Promise<Objects[K] | null> {
    try {
      const item = await this.reader.one(call, kinds[kind], dbid, what);
      return item === null ? null : understood(what, () => kinds[kind].decode(item));
    } catch (error) {
      if (error instanceof CallError) return null;
      throw error;
    }
  }

  /** A mark that the target did not keep, or did not give up, has changed nothing: said before anything else is done. */
  private async proveSection(
    call: Call,
    { kind, dbid, section, keys }: AnnexChange,
    what: string,
  ): Promise<void> {
    const sort = `${kind} annex ${keys === null ? 'away' : 'there'}`;
    if (this.proven.has(sort)) return;
    const seen = await this.look(call, kind, dbid, what);
    if (seen === null) return;
    const isSo =
      keys === null
        ? Object.keys(seen.annex[section] ?? {}).length === 0
        : holds(seen.annex, { [section]: keys });
    if (!isSo) {
      const advice = kind === 'accessGroup' ? '; try the other value of conventions.accessGroupAnnex' : '';
      throw new CallError('invalid', `${what}: the target said that it is done, and it is not${advice}`);
    }
    this.proven.add(sort);
  }

  private async proveMembers(
    call: Call,
    groupDbid: number,
    change: 'add' | 'remove',
    member: ObjectId,
    what: string,
  ): Promise<void> {
    if (this.proven.has(change)) return;
    const group = await this.look(call, 'accessGroup', groupDbid, what);
    if (group === null) return;
    const isIn = group.members.some(({ type, dbid }) => type === member.type && dbid === member.dbid);
    if (isIn !== (change === 'add')) {
      const detail = `${what}: the target said that it is done, and it is not; are conventions.accessGroupMembers and its neighbours right?`;
      throw new CallError('unknown', detail);
    }
    this.proven.add(change);
  }
}

const holds = (kept: Annex, wanted: Annex): boolean =>
  Object.entries(wanted).every(([section, keys]) =>
    Object.entries(keys).every(([key, value]) => kept[section]?.[key] === value),
  );

/** `id`, or the last part of the address that comes with it. */
function dbidIn(body: Wire): number | null {
  const id = integerOf(body['id']);
  if (id !== null) return id;
  const address = textOf(body['path']) || textOf(body['uri']);
  return integerOf(/\/(\d+)\/?$/.exec(address)?.[1]);
}
