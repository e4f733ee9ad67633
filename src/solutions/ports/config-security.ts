import type { Call } from '../../saga/call.js';
import type { ObjectId } from './config-objects.js';

export interface AclEntry {
  readonly account: ObjectId;
  readonly accessMask: number;
}

/** The whole list of one object; `token` goes back with the write so that a change in between is refused. */
export interface Acl {
  readonly entries: readonly AclEntry[];
  readonly token: string | null;
}

/**
 * Access control lists and the "Log On As" account: not reachable through the objects API.
 * @throws CallError, classified; ByHand where nobody but a person can see or do what is asked
 */
export abstract class ConfigSecurity {
  /** null when the object does not exist. */
  abstract readAcl(call: Call, object: ObjectId): Promise<Acl | null>;
  /** Replaces the whole list of this object, never its children's. @throws CallError `conflict` when it changed since it was read */
  abstract replaceAcl(call: Call, object: ObjectId, acl: Acl): Promise<void>;
  /** The effective mask of one account (Person or access group) on each object, in the order asked; null where the object does not exist. */
  abstract effectivePermissions(
    call: Call,
    account: ObjectId,
    objects: readonly ObjectId[],
  ): Promise<readonly (number | null)[]>;
  /**
   * null when the application does not exist.
   * @param candidates accounts it may have, for drivers that can only ask for one account after the other
   */
  abstract readAccount(
    call: Call,
    applicationDbid: number,
    candidates?: readonly ObjectId[],
  ): Promise<{ account: ObjectId; token: string | null } | null>;
  abstract updateAccount(
    call: Call,
    applicationDbid: number,
    account: ObjectId,
    token: string | null,
  ): Promise<void>;
}
