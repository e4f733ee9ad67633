import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type {
  Filters,
  NewAccessGroup,
  NewPerson,
  ObjectId,
  ObjectKind,
  Objects,
  PersonState,
} from '../../solutions/ports/config-objects.js';
import { ConfigObjects } from '../../solutions/ports/config-objects.js';
import { queryOf } from './filter.js';
import { findByName } from './find-by-name.js';
import type { GwsClient } from './gws-client.js';
import { featureOff, GwsReader, understood } from './gws-reader.js';
import { encodeMemberDelta, encodeNewAccessGroup } from './kinds/access-group.js';
import type { Term } from './kinds/kind.js';
import { kinds } from './kinds/kinds.js';
import { encodeNewPerson, encodePersonState } from './kinds/person.js';
import type { Wire } from './wire.js';
import { integerOf } from './wire.js';

export interface GwsConventions {
  /** What the platform calls the list of members that a delta adds. */
  readonly accessGroupMembers: 'memberIDs' | 'addedMemberIDs';
}

/** DBIDs grow one by one from about 100: the largest one that fits is never taken. */
const nobodysDbid = 2_147_483_647;

/** The Platform Configuration API of Genesys Web Services as a driver of objects. */
export class GwsConfigObjects extends ConfigObjects {
  private readonly reader: GwsReader;
  private accountFilterChecked = false;

  constructor(
    private readonly client: GwsClient,
    private readonly conventions: GwsConventions,
    private readonly newPassword: () => string,
  ) {
    super();
    this.reader = new GwsReader(client);
  }

  async find<K extends ObjectKind>(call: Call, kind: K, filter: Filters[K]): Promise<readonly Objects[K][]> {
    const { collection, decode, terms: termsOf } = kinds[kind];
    const what = `listing ${collection}`;
    const terms = termsOf(filter);
    if (terms.some((term) => term.holds === undefined)) await this.checkAccountFilter(call);
    const items = await this.reader.list(call, collection, queryOf(terms), what);
    // A filter that the platform does not know may have answered with everything.
    return understood(what, () => items.map(decode)).filter((object) => holdsAll(terms, object));
  }

  async get<K extends ObjectKind>(call: Call, kind: K, dbid: number): Promise<Objects[K] | null> {
    const what = `reading ${kinds[kind].singular} ${dbid}`;
    const item = await this.reader.one(call, kinds[kind], dbid, what);
    if (item === null) return null;
    const object = understood(what, () => kinds[kind].decode(item));
    if (object.dbid !== dbid)
      throw new CallError('transient', `${what}: the answer is object ${object.dbid}`);
    return object;
  }

  findByName(call: Call, type: number, name: string, tenantDbid?: number): Promise<ObjectId | null> {
    return findByName(this.reader, call, type, name, tenantDbid);
  }

  createAccessGroup(call: Call, group: NewAccessGroup): Promise<number> {
    return this.create(
      call,
      'accessGroup',
      encodeNewAccessGroup(group),
      `creating access group "${group.name}"`,
    );
  }

  createPerson(call: Call, person: NewPerson): Promise<number> {
    const body = encodeNewPerson(person, this.newPassword());
    return this.create(call, 'person', body, `creating person "${person.userName}"`);
  }

  async addMember(call: Call, groupDbid: number, member: ObjectId): Promise<void> {
    const what = `adding ${member.type}/${member.dbid} to access group ${groupDbid}`;
    const found = await this.changeMembers(
      call,
      groupDbid,
      this.conventions.accessGroupMembers,
      member,
      what,
    );
    if (!found) throw new CallError('conflict', `${what}: the group or the member is not there any more`);
  }

  async removeMember(call: Call, groupDbid: number, member: ObjectId): Promise<void> {
    const what = `taking ${member.type}/${member.dbid} out of access group ${groupDbid}`;
    await this.changeMembers(call, groupDbid, 'deletedMemberIDs', member, what);
  }

  async setPersonState(call: Call, dbid: number, state: PersonState): Promise<void> {
    const { collection } = kinds.person;
    const what = `setting the state of person ${dbid}`;
    const body = { 'delta-person': encodePersonState(dbid, state) };
    const outcome = await this.client.request(call, 'PUT', collection, what, body);
    if (outcome.outcome === 'ok') return;
    if (!outcome.certain && (await this.get(call, 'person', dbid)) !== null) {
      throw featureOff('write', collection, what);
    }
    throw new CallError('conflict', `${what}: the person is not there any more`);
  }

  async delete(call: Call, kind: 'accessGroup' | 'person', dbid: number): Promise<void> {
    const { collection, singular } = kinds[kind];
    const what = `deleting ${singular} ${dbid}`;
    const outcome = await this.client.request(call, 'DELETE', `${collection}/${dbid}`, what);
    if (outcome.outcome === 'absent' && !outcome.certain && (await this.get(call, kind, dbid)) !== null) {
      throw featureOff('write', collection, what);
    }
  }

  private async create(
    call: Call,
    kind: 'accessGroup' | 'person',
    body: Wire,
    what: string,
  ): Promise<number> {
    const { collection, singular } = kinds[kind];
    const outcome = await this.client.request(call, 'POST', collection, what, { [singular]: body });
    if (outcome.outcome === 'absent') {
      if (!outcome.certain) throw featureOff('write', collection, what);
      throw new CallError('invalid', `${what}: an object that it refers to does not exist`);
    }
    const dbid = integerOf(outcome.body['id']);
    if (dbid === null) throw new CallError('unknown', `${what}: the answer has no id`);
    return dbid;
  }

  /** @returns false when the platform does not find the group or the member */
  private async changeMembers(
    call: Call,
    groupDbid: number,
    list: string,
    member: ObjectId,
    what: string,
  ): Promise<boolean> {
    const { collection } = kinds.accessGroup;
    const body = { 'delta-access-group': encodeMemberDelta(groupDbid, list, member) };
    const outcome = await this.client.request(call, 'PUT', collection, what, body);
    if (outcome.outcome === 'ok') return true;
    if (!outcome.certain && (await this.get(call, 'accessGroup', groupDbid)) !== null) {
      throw featureOff('write', collection, what);
    }
    return false;
  }

  /**
   * An application does not show its account, so its items cannot be held against that filter. A platform that knows
   * the filter finds nothing for an account that cannot exist; asked once.
   */
  private async checkAccountFilter(call: Call): Promise<void> {
    if (this.accountFilterChecked) return;
    const what = 'listing applications by account';
    const query = `?account_type=3&account_dbid=${nobodysDbid}`;
    const found = await this.reader.list(call, kinds.application.collection, query, what);
    if (found.length > 0) throw new CallError('invalid', `${what}: the target does not know this filter`);
    this.accountFilterChecked = true;
  }
}

function holdsAll<T>(terms: readonly Term<T>[], object: T): boolean {
  return terms.every((term) => term.holds === undefined || term.holds(object));
}
