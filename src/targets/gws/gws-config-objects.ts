import type { Conventions } from '../../config/conventions.js';
import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type {
  Annex,
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
import { FilteredLists } from './filtered-lists.js';
import { findByName } from './find-by-name.js';
import { ParameterRefused } from './answer.js';
import type { GwsClient } from './gws-client.js';
import { GwsReader, understood } from './gws-reader.js';
import type { WritableKind } from './gws-writes.js';
import { GwsWrites } from './gws-writes.js';
import { encodeNewAccessGroup } from './kinds/access-group.js';
import type { Term } from './kinds/kind.js';
import { kinds } from './kinds/kinds.js';
import { encodeNewPerson } from './kinds/person.js';
import type { Wire } from './wire.js';

/** DBIDs grow one by one from about 100: the largest one that fits is never taken. */
const nobodysDbid = 2_147_483_647;

/** The Platform Configuration API of Genesys Web Services as a driver of objects. */
export class GwsConfigObjects extends ConfigObjects {
  private readonly reader: GwsReader;
  private readonly lists: FilteredLists;
  private readonly writes: GwsWrites;
  private accountFilterChecked = false;

  constructor(
    client: GwsClient,
    private readonly conventions: Conventions,
    private readonly newPassword: () => string,
  ) {
    super();
    this.reader = new GwsReader(client);
    this.lists = new FilteredLists(this.reader);
    this.writes = new GwsWrites(client, this.reader, conventions);
  }

  async find<K extends ObjectKind>(call: Call, kind: K, filter: Filters[K]): Promise<readonly Objects[K][]> {
    const { collection, decode, terms: termsOf } = kinds[kind];
    const what = `listing ${collection}`;
    const terms = termsOf(filter);
    // A filter that the platform does not know may have answered with everything.
    const take = (item: Wire): Objects[K] | undefined => {
      const object = decode(item);
      return holdsAll(terms, object) ? object : undefined;
    };
    if (terms.every((term) => term.holds !== undefined))
      return this.lists.list(call, collection, terms, what, take);
    await this.checkAccountFilter(call);
    return this.reader.list(call, collection, queryOf(terms), what, take);
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
    return findByName(this.lists, call, type, name, tenantDbid);
  }

  createAccessGroup(call: Call, group: NewAccessGroup): Promise<number> {
    const body = encodeNewAccessGroup(group, this.conventions);
    const what = `creating access group ${JSON.stringify(group.name)}`;
    return this.writes.create(call, 'accessGroup', body, group.annex, what);
  }

  createPerson(call: Call, person: NewPerson): Promise<number> {
    const body = encodeNewPerson(person, this.newPassword());
    const what = `creating person ${JSON.stringify(person.userName)}`;
    return this.writes.create(call, 'person', body, person.annex, what);
  }

  async addMember(call: Call, groupDbid: number, member: ObjectId): Promise<void> {
    const what = `adding ${member.type}/${member.dbid} to access group ${groupDbid}`;
    const found = await this.writes.changeMembers(call, groupDbid, 'add', member, what);
    if (!found) throw new CallError('conflict', `${what}: the group or the member is not there any more`);
  }

  async removeMember(call: Call, groupDbid: number, member: ObjectId): Promise<void> {
    const what = `taking ${member.type}/${member.dbid} out of access group ${groupDbid}`;
    await this.writes.changeMembers(call, groupDbid, 'remove', member, what);
  }

  async setPersonState(call: Call, dbid: number, state: PersonState): Promise<void> {
    const what = `setting the state of person ${dbid}`;
    const found = await this.writes.setPersonState(call, dbid, state, what);
    if (!found) throw new CallError('conflict', `${what}: the person is not there any more`);
  }

  async setAnnexSection(
    call: Call,
    kind: WritableKind,
    dbid: number,
    section: string,
    keys: Annex[string] | null,
  ): Promise<void> {
    const doing = keys === null ? 'taking section' : 'writing section';
    const what = `${doing} ${JSON.stringify(section)} of the annex of ${kinds[kind].singular} ${dbid}`;
    const found = await this.writes.setAnnexSection(call, { kind, dbid, section, keys }, what);
    if (!found) throw new CallError('conflict', `${what}: the object is not there any more`);
  }

  delete(call: Call, kind: WritableKind, dbid: number): Promise<void> {
    return this.writes.delete(call, kind, dbid, `deleting ${kinds[kind].singular} ${dbid}`);
  }

  /**
   * An application does not show its account, so its items cannot be held against that filter. A platform that knows
   * the filter finds nothing for an account that cannot exist; asked once.
   */
  private async checkAccountFilter(call: Call): Promise<void> {
    if (this.accountFilterChecked) return;
    const what = 'listing applications by account';
    const query = `?account_type=3&account_dbid=${nobodysDbid}`;
    try {
      const [any] = await this.reader.list(call, kinds.application.collection, query, what, () => true);
      if (any) throw new CallError('invalid', `${what}: the target does not know this filter`);
    } catch (error) {
      // Refused is not ignored: whether it is the key or the account that it does not know, the question itself will tell.
      if (!(error instanceof ParameterRefused)) throw error;
    }
    this.accountFilterChecked = true;
  }
}

function holdsAll<T>(terms: readonly Term<T>[], object: T): boolean {
  return terms.every((term) => term.holds === undefined || term.holds(object));
}
