import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { ObjectId } from '../../solutions/ports/config-objects.js';
import type { Acl, AclEntry } from '../../solutions/ports/config-security.js';
import { ConfigSecurity } from '../../solutions/ports/config-security.js';
import { numberIn } from './answer.js';
import type { BridgeClient } from './bridge-client.js';
import { malformed } from './bridge-client.js';
import { effectivePermissions } from './effective-permissions.js';

/** Access control lists and accounts through the bridge; its ETags are the tokens. */
export class BridgeConfigSecurity extends ConfigSecurity {
  constructor(private readonly client: BridgeClient) {
    super();
  }

  async readAcl(call: Call, object: ObjectId): Promise<Acl | null> {
    const what = `reading the access list of ${object.type}/${object.dbid}`;
    const address = `acl/${object.type}/${object.dbid}`;
    const { outcome, etag } = await this.client.request(call, {
      method: 'GET',
      address,
      what,
      effect: false,
    });
    if (outcome.outcome === 'absent') return null;
    const { entries } = outcome.body;
    // A bridge that mixes up its answers would have us put rights of one object on another, or prove what nobody looked at.
    for (const [member, asked] of [
      ['objectType', object.type],
      ['dbid', object.dbid],
    ] as const) {
      if ((numberIn(outcome.body, member) ?? asked) !== asked)
        throw malformed(what, 'an answer for another object');
    }
    if (!Array.isArray(entries)) throw malformed(what, 'an answer without entries');
    return { entries: entries.map((entry) => decodeEntry(entry, what)), token: etag };
  }

  /** The list is written whole: without the ETag of what was read, an entry that somebody made in between would be lost. */
  async replaceAcl(call: Call, object: ObjectId, acl: Acl): Promise<void> {
    if (acl.token === null) {
      throw new CallError(
        'invalid',
        `writing the access list of ${object.type}/${object.dbid}: the bridge read it without an ETag, so changes of others could be overwritten; nothing was written`,
      );
    }
    await this.client.effect(call, {
      method: 'PUT',
      address: `acl/${object.type}/${object.dbid}`,
      what: `writing the access list of ${object.type}/${object.dbid}`,
      body: { entries: acl.entries.map(encodeEntry), recursive: false },
      ifMatch: acl.token,
    });
  }

  effectivePermissions(
    call: Call,
    account: ObjectId,
    objects: readonly ObjectId[],
  ): Promise<readonly (number | null)[]> {
    return effectivePermissions(this.client, call, account, objects);
  }

  async readAccount(
    call: Call,
    applicationDbid: number,
  ): Promise<{ account: ObjectId; token: string | null } | null> {
    const what = `reading the account of application ${applicationDbid}`;
    const address = `account/${applicationDbid}`;
    const { outcome, etag } = await this.client.request(call, {
      method: 'GET',
      address,
      what,
      effect: false,
    });
    if (outcome.outcome === 'absent') return null;
    const type = numberIn(outcome.body, 'accountType');
    const dbid = numberIn(outcome.body, 'accountDbid');
    if (type === null || dbid === null) throw malformed(what, 'an answer without an account');
    return { account: { type, dbid }, token: etag };
  }

  async updateAccount(
    call: Call,
    applicationDbid: number,
    account: ObjectId,
    token: string | null,
  ): Promise<void> {
    await this.client.effect(call, {
      method: 'PUT',
      address: `account/${applicationDbid}`,
      what: `setting the account of application ${applicationDbid} to ${account.type}/${account.dbid}`,
      body: { accountType: account.type, accountDbid: account.dbid },
      ifMatch: token,
    });
  }
}

function decodeEntry(entry: unknown, what: string): AclEntry {
  const members = entry !== null && typeof entry === 'object' ? (entry as Record<string, unknown>) : {};
  const type = numberIn(members, 'accountType');
  const dbid = numberIn(members, 'accountDbid');
  const accessMask = numberIn(members, 'accessMask');
  if (type === null || dbid === null || accessMask === null)
    throw malformed(what, 'an entry that is incomplete');
  return { account: { type, dbid }, accessMask };
}

function encodeEntry(entry: AclEntry): Record<string, number> {
  return { accountType: entry.account.type, accountDbid: entry.account.dbid, accessMask: entry.accessMask };
}
