import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Platform } from '../platform.js';
import { Access } from '../world/ids.js';
import type { Ace } from '../world/records.js';
import { notFound } from '../world/refusal.js';
import { aclHash, maskFor, replaceAcl } from '../world/rights.js';
import {
  accountSchema,
  ACTOR,
  bodyOf,
  checkIfMatch,
  effectiveQuery,
  existing,
  objectPath,
  parse,
} from './requests.js';
import { allow, allowing } from './user.js';

const aclBody = z.strictObject({
  entries: z.array(accountSchema.extend({ accessMask: z.number().int().min(0).max(255) })),
  recursive: z.boolean().default(false),
});
const manyBody = accountSchema.extend({
  objects: z
    .array(z.strictObject({ objectType: z.number().int(), dbid: z.number().int().positive() }))
    .max(1_000),
});

/** Access control lists and effective rights. */
export function permissions(app: FastifyInstance, platform: Platform): void {
  const answer = (
    reply: FastifyReply,
    object: { objectType: number; dbid: number },
    acl: readonly Ace[],
  ): object => {
    void reply.header('etag', aclHash(acl));
    const ordered = platform.switches.aclOrder === 'reversed' ? [...acl].reverse() : acl;
    const entries = ordered.map((a) => ({
      accountType: a.account.type,
      accountDbid: a.account.dbid,
      accessMask: a.accessMask,
    }));
    return { objectType: object.objectType, dbid: object.dbid, entries };
  };
  app.get('/v1/acl/:objectType/:dbid', (request, reply) => {
    const path = parse(objectPath, request.params);
    const object = existing(platform, path.objectType, path.dbid);
    allow(platform, object, Access.readPermissions);
    return answer(reply, path, platform.world.acl(object));
  });

  app.put('/v1/acl/:objectType/:dbid', async (request, reply) => {
    const path = parse(objectPath, request.params);
    const { entries, recursive } = parse(aclBody, bodyOf(request));
    const acl = entries.map((e) => ({
      account: { type: e.accountType, dbid: e.accountDbid },
      accessMask: e.accessMask,
    }));
    const written = await platform.run(ACTOR, (draft) => {
      const object = { type: path.objectType, dbid: path.dbid };
      if (!draft.object(object.type, object.dbid)) throw notFound();
      allow(platform, object, Access.changePermissions);
      checkIfMatch(request, aclHash(draft.acl(object)));
      return replaceAcl(draft, object, acl, recursive);
    });
    return answer(reply, path, written);
  });

  app.get('/v1/effective-permission/:objectType/:dbid', (request) => {
    const path = parse(objectPath, request.params);
    const query = parse(effectiveQuery, request.query);
    const of = existing(platform, query.account_type, query.account_dbid);
    const object = existing(platform, path.objectType, path.dbid);
    allow(platform, object, Access.readPermissions);
    return { accessMask: maskFor(platform.world, of)(object) };
  });

  app.post('/v1/effective-permissions', (request) => {
    const { accountType, accountDbid, objects } = parse(manyBody, bodyOf(request));
    const of = maskFor(platform.world, existing(platform, accountType, accountDbid));
    const check = allowing(platform);
    const results = objects.map(({ objectType, dbid: id }) => {
      const object = platform.world.object(objectType, id);
      if (!object && platform.switches.manyWithMissing === 'refused') throw notFound();
      if (object) check(object, Access.readPermissions);
      return { objectType, dbid: id, accessMask: object ? of(object) : null };
    });
    return { results };
  });
}
