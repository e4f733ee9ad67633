import { randomBytes } from 'node:crypto';
import type { Conventions } from '../../../config/conventions.js';
import { encodeNewAccessGroup } from '../../gws/kinds/access-group.js';
import { encodeNewPerson } from '../../gws/kinds/person.js';
import { kinds } from '../../gws/kinds/kinds.js';
import type { Wire } from '../../gws/wire.js';
import { integerOf } from '../../gws/wire.js';
import type { RawAnswer } from '../raw-answer.js';
import { isOk } from '../raw-answer.js';
import type { Site } from '../site.js';
import type { Made, MadeKind } from './made.js';
import { namePrefix } from './made.js';
import { whyRefused } from './why-refused.js';

/** Section of the annex that says which run of the check made an object. */
const markSection = 'solution-onboarding-conformance';

/** Something that a check needs could not be made: its own check says why. */
export class Unmade extends Error {}

/** The person at the keyboard wants to stop: nothing more is made. */
export class Interrupted extends Error {}

export interface MadePerson extends Made {
  readonly dbid: number;
  readonly password: string;
}

/**
 * Objects of our own at the site. Each is written down before it is asked for, under a name that nobody else has, so
 * that it is found again whatever became of the answer.
 */
export class Scratch {
  readonly run = randomBytes(6).toString('hex');
  readonly made: Made[] = [];
  /** How members of a group are sent here, as far as it was found out. */
  members: Conventions;
  private shared: { group?: Promise<number>; person?: Promise<MadePerson> } = {};

  constructor(
    readonly site: Site,
    readonly tenantDbid: number,
    private readonly isInterrupted: () => boolean,
  ) {
    this.members = site.config.conventions;
  }

  nameOf(what: string): string {
    return `${namePrefix}${this.run}-${what}`;
  }

  get annex(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return { [markSection]: { run: this.run } };
  }

  /** @param name as in `body`; by it the object is found again. @throws Interrupted, CallError */
  async create(
    kind: MadeKind,
    name: string,
    body: Wire,
  ): Promise<{ answer: RawAnswer; dbid: number | null }> {
    if (this.isInterrupted()) throw new Interrupted();
    const { collection, singular } = kinds[kind];
    const entry: Made = { kind, name, dbid: null, isCertain: false };
    this.made.push(entry);
    const answer = await this.site.gws.request('POST', collection, { [singular]: body });
    const dbid = isOk(answer) ? integerOf(answer.body?.['id']) : null;
    const isRefused = answer.status >= 400 && answer.body !== undefined;
    if (isRefused) this.made.splice(this.made.indexOf(entry), 1);
    if (dbid !== null) Object.assign(entry, { dbid, isCertain: true });
    return { answer, dbid };
  }

  createGroup(what: string, conventions = this.site.config.conventions, over: Wire = {}) {
    const name = this.nameOf(what);
    const body = encodeNewAccessGroup({ tenantDbid: this.tenantDbid, name, annex: this.annex }, conventions);
    return this.create('accessGroup', name, { ...body, ...over });
  }

  /** @throws Unmade, CallError */
  async createPerson(what: string): Promise<MadePerson> {
    const name = this.nameOf(what);
    const password = `${randomBytes(24).toString('base64url')}aA1!`;
    const person = { tenantDbid: this.tenantDbid, userName: name, employeeId: name, annex: this.annex };
    const body = encodeNewPerson({ ...person, firstName: 'Conformance', lastName: 'Check' }, password);
    const { answer, dbid } = await this.create('person', name, body);
    if (dbid === null) throw new Unmade(`no Person could be made: ${whyRefused(answer, this.site.config)}`);
    return { kind: 'person', name, dbid, password, isCertain: true };
  }

  /** One access group for all checks that need any, with its mark wherever this platform keeps it. @throws Unmade */
  group(): Promise<number> {
    this.shared.group ??= this.makeGroup();
    return this.shared.group;
  }

  /** The same for a Person. @throws Unmade */
  person(): Promise<MadePerson> {
    this.shared.person ??= this.createPerson('person');
    return this.shared.person;
  }

  private async makeGroup(): Promise<number> {
    const { conventions } = this.site.config;
    const first = await this.createGroup('group', conventions);
    if (first.dbid !== null) return first.dbid;
    const second = await this.createGroup('group', otherAnnex(conventions));
    if (second.dbid !== null) return second.dbid;
    throw new Unmade(`no access group could be made: ${whyRefused(first.answer, this.site.config)}`);
  }
}

export const otherAnnex = (conventions: Conventions): Conventions => ({
  ...conventions,
  accessGroupAnnex: conventions.accessGroupAnnex === 'CfgGroup' ? 'access-group' : 'CfgGroup',
});
