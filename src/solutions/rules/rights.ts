import { Access, ObjectType } from '../ports/object-types.js';

/** What no driver of the target can see, because a person does that part of the work. Never taken for "none" or "all". */
export const cannotTell = 'cannot-tell';

/** Effective rights on an object; null where the object does not exist. */
export type Mask = number | null | typeof cannotTell;

export const has = (mask: Mask, bits: number): boolean => typeof mask === 'number' && (mask & bits) === bits;

export const reads = (mask: Mask): boolean => has(mask, Access.read);

/** Rights add up; one part that cannot be told leaves the whole open. */
export const union = (masks: readonly Mask[]): Mask =>
  masks.includes(cannotTell)
    ? cannotTell
    : masks.reduce<number>((sum, mask) => sum | (typeof mask === 'number' ? mask : 0), 0);

/** Rights in words. */
export const rightsIn = (mask: number): string =>
  [
    has(mask, Access.read) ? 'Read' : '',
    has(mask, Access.execute) ? 'Execute' : '',
    (mask & ~Access.readAndExecute) === 0 ? '' : `the rights of mask ${mask & ~Access.readAndExecute}`,
  ]
    .filter((right) => right !== '')
    .join(' and ');

const typeNames: ReadonlyMap<number, string> = new Map([
  [ObjectType.person, 'Person'],
  [ObjectType.tenant, 'tenant'],
  [ObjectType.application, 'application'],
  [ObjectType.host, 'host'],
  [ObjectType.script, 'Business Process'],
  [ObjectType.accessGroup, 'access group'],
]);

export const typeName = (type: number): string => typeNames.get(type) ?? `object type ${type}`;
