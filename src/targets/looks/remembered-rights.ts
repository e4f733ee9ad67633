import type { Call } from '../../saga/call.js';
import type { ObjectId } from '../../solutions/ports/config-objects.js';
import type { ConfigSecurity } from '../../solutions/ports/config-security.js';

type Masks = Awaited<ReturnType<ConfigSecurity['effectivePermissions']>>;
type Ask = ConfigSecurity['effectivePermissions'];

const keyOf = ({ type, dbid }: ObjectId): string => `${type}/${dbid}`;

/**
 * Effective rights, of which a look asks only what it does not know yet: who verifies many solutions under one look
 * asks for the Business Processes of all of them at first, a thousand in a request, and each of them from memory.
 */
export function rememberedRights(channel: string, ask: Ask): Ask {
  return async (call: Call, account: ObjectId, objects: readonly ObjectId[]): Promise<Masks> => {
    if (call.look === undefined) return ask(call, account, objects);
    const known = masksOf(call.look.answers, `${channel} rights of ${keyOf(account)}`);
    const missing = objects.filter((object) => !known.has(keyOf(object)));
    if (missing.length > 0) {
      const masks = await ask(call, account, missing);
      missing.forEach((object, i) => known.set(keyOf(object), masks[i] ?? null));
    }
    return objects.map((object) => known.get(keyOf(object)) ?? null);
  };
}

function masksOf(answers: Map<string, unknown>, key: string): Map<string, Masks[number]> {
  const known = answers.get(key) as Map<string, Masks[number]> | undefined;
  if (known !== undefined) return known;
  const masks = new Map<string, Masks[number]>();
  answers.set(key, masks);
  return masks;
}
