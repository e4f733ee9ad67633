import type { Call } from '../../saga/call.js';
import type { ObjectId } from '../../solutions/ports/config-objects.js';
import type { ConfigSecurity } from '../../solutions/ports/config-security.js';

type Masks = Awaited<ReturnType<ConfigSecurity['effectivePermissions']>>;
type Ask = ConfigSecurity['effectivePermissions'];

/**
 * Effective rights, of which a look asks only what it does not know yet: who verifies many solutions under one look
 * asks for the Business Processes of all of them at first, a thousand in a request, and each of them from memory.
 */
export function rememberedRights(channel: string, ask: Ask): Ask {
  return async (call: Call, account: ObjectId, objects: readonly ObjectId[]): Promise<Masks> => {
    if (call.look === undefined) return ask(call, account, objects);
    const known = knownIn(call.look.answers, `${channel} rights of ${account.type}/${account.dbid}`);
    const missing = objects.filter((object) => !known.has(object));
    if (missing.length > 0) {
      const masks = await ask(call, account, missing);
      missing.forEach((object, i) => known.set(object, masks[i] ?? null));
    }
    return objects.map((object) => known.get(object) ?? null);
  };
}

function knownIn(answers: Map<string, unknown>, key: string): KnownMasks {
  const known = answers.get(key) as KnownMasks | undefined;
  if (known !== undefined) return known;
  const masks = new KnownMasks();
  answers.set(key, masks);
  return masks;
}

/** By type and DBID as numbers: a tenant of 5,000 Business Processes and 200 accounts is a million of them. */
class KnownMasks {
  private readonly byType = new Map<number, Map<number, Masks[number]>>();

  has({ type, dbid }: ObjectId): boolean {
    return this.byType.get(type)?.has(dbid) ?? false;
  }

  get({ type, dbid }: ObjectId): Masks[number] | undefined {
    return this.byType.get(type)?.get(dbid);
  }

  set({ type, dbid }: ObjectId, mask: Masks[number]): void {
    const ofType = this.byType.get(type) ?? new Map<number, Masks[number]>();
    ofType.set(dbid, mask);
    this.byType.set(type, ofType);
  }
}
