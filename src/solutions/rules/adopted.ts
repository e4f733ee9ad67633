import type { Finding, PlannedAction } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';
import type { Annex } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import type { NamedObject } from './finding.js';
import { named, together, warning } from './finding.js';
import { adoptingMark, markOf } from './mark.js';

/** An entry that was there before the solution, with its mask of then. */
export interface StoodEntry {
  readonly [key: string]: Json;
  /** Of the object whose list holds it. */
  readonly type: number;
  readonly dbid: number;
  readonly accessMask: number;
}

/** What was there before the solution and stays when it is offboarded. */
export interface Adopted {
  readonly [key: string]: Json;
  readonly accessGroup: boolean;
  readonly person: boolean;
  /** Of the group on Business Processes, of the Person on applications. */
  readonly entries: readonly StoodEntry[];
  /** DBIDs of the access groups the Person was in. */
  readonly memberOf: readonly number[];
  /** Given up before anybody looked at the entries of the group: none of them is of the solution. */
  readonly groupUnseen?: true;
}

export const stoodMask = (
  adopted: Adopted | null | undefined,
  object: { readonly type: number; readonly dbid: Json },
): number | null =>
  adopted?.entries.find(({ type, dbid }) => type === object.type && dbid === object.dbid)?.accessMask ?? null;

type Found = { readonly name: string; readonly dbid: number; readonly annex: Annex };

/** Our mark on what was there before: the first thing that is done to it. */
export const markAdopted = (type: number, { name, dbid }: Found): PlannedAction => ({
  kind: 'update',
  object: { type, name, dbid },
  before: { mark: null },
  after: { mark: adoptingMark },
  stage: 1,
});

/** The last thing that is done to it. */
export const unmark = (type: number, { name, dbid, annex }: Found, stage: number): PlannedAction => ({
  kind: 'update',
  object: { type, name, dbid },
  before: { mark: { ...markOf(annex) } as Json },
  after: { mark: null },
  stage,
});

/** The mark or the record says that it was there before: one of the two may have been lost. */
export const isAdopted = ({ annex }: Pick<Found, 'annex'>, recorded: boolean | undefined): boolean =>
  markOf(annex)?.adopted === true || recorded === true;

const adoptedFinding = (detail: string, object: NamedObject): Finding => warning('adopted', detail, object);

export const groupAdopted = ({ name, dbid }: Found): Finding =>
  adoptedFinding(
    `The access group "${name}" is there already and is taken over: marked as this solution's, never deleted.`,
    named(ObjectType.accessGroup, name, dbid),
  );

/** @param names of Business Processes with an entry of the group, and what becomes of it */
export function entriesAdopted(
  group: NamedObject,
  asWanted: readonly string[],
  otherwise: readonly string[],
): readonly Finding[] {
  if (asWanted.length + otherwise.length === 0) return [];
  const detail = [
    ...(asWanted.length === 0
      ? []
      : [`"${group.name}" has its rights on ${together(asWanted)} already, and they are taken over`]),
    ...(otherwise.length === 0
      ? []
      : [
          `"${group.name}" has other rights on ${together(otherwise)}, which are set to those of the solution`,
        ]),
  ].join('; ');
  return [adoptedFinding(`${detail}.`, group)];
}

/** @param kept attributes that differ from the request, in words */
export function personAdopted(
  { name, dbid }: Found,
  {
    memberOf,
    applications,
    kept,
  }: {
    readonly memberOf: readonly string[];
    readonly applications: readonly string[];
    readonly kept: readonly string[];
  },
): Finding {
  const detail = [
    `The Person "${name}" is there already and is taken over: marked as this solution's, never disabled or deleted`,
    ...(memberOf.length === 0 ? [] : [`it is a member of ${together(memberOf)} already`]),
    ...(applications.length === 0 ? [] : [`it has an entry on ${together(applications)} already`]),
    ...(kept.length === 0 ? [] : [`it keeps ${kept.join(', ')}, whatever the request says`]),
  ].join('; ');
  return adoptedFinding(`${detail}.`, named(ObjectType.person, name, dbid));
}

export const serverAdopted = (server: NamedObject, account: string): Finding =>
  adoptedFinding(
    `"${server.name}" runs as "${account}" already and is not restarted. One that was not restarted since its account was set still works with its former rights.`,
    server,
  );

/** What of these was there before the solution. */
export const stayingObjects = (
  {
    group,
    person,
  }: {
    readonly group: Found | null;
    readonly person: (Omit<Found, 'name'> & { readonly userName: string }) | null;
  },
  adopted: Adopted | undefined,
): readonly NamedObject[] => [
  ...(group !== null && isAdopted(group, adopted?.accessGroup)
    ? [named(ObjectType.accessGroup, group.name, group.dbid)]
    : []),
  ...(person !== null && isAdopted(person, adopted?.person)
    ? [named(ObjectType.person, person.userName, person.dbid)]
    : []),
];

/** What an offboarding leaves. */
export const staysFindings = (objects: readonly NamedObject[]): readonly Finding[] =>
  objects.map((object) =>
    adoptedFinding(
      `${object.type === ObjectType.person ? 'The Person' : 'The access group'} "${object.name}" was there before the solution and stays: it is only unmarked, and what it was a member of and had rights on before stays with it.`,
      object,
    ),
  );
