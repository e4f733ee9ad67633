import type { Platform } from '../platform.js';
import { Type } from '../world/ids.js';
import type { Id } from '../world/records.js';
import { noPermission } from '../world/refusal.js';
import { maskFor } from '../world/rights.js';
import { BridgeError } from './answers.js';

/**
 * The bridge acts with the rights of its own user, whom a switch names. A check of many objects for what it may do.
 * @throws BridgeError 503 when there is no such user: it has no session
 */
export function allowing(platform: Platform): (object: Id, bits: number) => void {
  const { bridgeUser } = platform.switches;
  const user = platform.world.named(Type.person, bridgeUser);
  if (!user) throw new BridgeError(503, `the user of the bridge, ${bridgeUser}, cannot sign in`);
  const mask = maskFor(platform.world, user);
  return (object, bits) => {
    if ((mask(object) & bits) !== bits) throw noPermission(object.type);
  };
}

/** @throws Refusal when the bridge's user lacks one of the bits on the object */
export function allow(platform: Platform, object: Id, bits: number): void {
  allowing(platform)(object, bits);
}
