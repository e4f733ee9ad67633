import { ByHand } from '../../saga/by-hand.js';
import type { Call } from '../../saga/call.js';
import type { ConfigObjects, ObjectId } from '../../solutions/ports/config-objects.js';
import type { Acl } from '../../solutions/ports/config-security.js';
import { ConfigSecurity } from '../../solutions/ports/config-security.js';
import { accountByFilter } from './account-by-filter.js';

const unseen =
  'nobody but a person sees the permissions of an object of this target (security driver "manual")';
const byHand = 'permissions and accounts of this target are set by a person (security driver "manual")';

/** Lists and accounts are a person's work; accounts are seen as far as the objects API shows them. */
export class ManualConfigSecurity extends ConfigSecurity {
  constructor(private readonly objects: ConfigObjects) {
    super();
  }

  readAcl(_call: Call, _object: ObjectId): Promise<Acl | null> {
    return Promise.reject(new ByHand(unseen));
  }

  replaceAcl(): Promise<void> {
    return Promise.reject(new ByHand(byHand));
  }

  effectivePermissions(): Promise<readonly (number | null)[]> {
    return Promise.reject(new ByHand(unseen));
  }

  /** @param candidates accounts it may have; SYSTEM is always among them */
  async readAccount(
    call: Call,
    applicationDbid: number,
    candidates: readonly ObjectId[] = [],
  ): Promise<{ account: ObjectId; token: string | null } | null> {
    if ((await this.objects.get(call, 'application', applicationDbid)) === null) return null;
    const found = await accountByFilter(this.objects, call, applicationDbid, candidates);
    if ('unseen' in found) throw new ByHand(found.unseen);
    return { account: found.seen, token: null };
  }

  updateAccount(): Promise<void> {
    return Promise.reject(new ByHand(byHand));
  }
}
