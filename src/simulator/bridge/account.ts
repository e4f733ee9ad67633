import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Platform } from '../platform.js';
import { setAccount } from '../world/accounts.js';
import { Access, Type } from '../world/ids.js';
import type { Id } from '../world/records.js';
import { Refusal } from '../world/refusal.js';
import { hashOf } from '../world/rights.js';
import { accountSchema, ACTOR, applicationPath, bodyOf, checkIfMatch, existing, parse } from './requests.js';
import { allow } from './user.js';

const accountHash = (account: Id): string => hashOf([account.type, account.dbid]);

/** "Log On As". */
export function account(app: FastifyInstance, platform: Platform): void {
  const answer = (reply: FastifyReply, of: Id): object => {
    void reply.header('etag', accountHash(of));
    return { accountType: of.type, accountDbid: of.dbid };
  };

  app.get('/v1/account/:dbid', (request, reply) => {
    const path = parse(applicationPath, request.params);
    const application = existing(platform, Type.application, path.dbid);
    allow(platform, application, Access.readPermissions);
    const of = platform.world.account(path.dbid);
    if (of) return answer(reply, of);
    throw new Refusal('not-valid', 'The application has no account', Type.application);
  });

  app.put('/v1/account/:dbid', async (request, reply) => {
    const path = parse(applicationPath, request.params);
    const { accountType, accountDbid } = parse(accountSchema, bodyOf(request));
    const written = await platform.run(ACTOR, (draft) => {
      const now = draft.account(path.dbid);
      const application = { type: Type.application, dbid: path.dbid };
      if (now) allow(platform, application, Access.change | Access.changePermissions);
      if (now) checkIfMatch(request, accountHash(now));
      return setAccount(draft, path.dbid, { type: accountType, dbid: accountDbid });
    });
    return answer(reply, written);
  });
}
