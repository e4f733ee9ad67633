import { ObjectType } from '../../../solutions/ports/object-types.js';
import type { Wire } from '../../gws/wire.js';
import { flagOf, isWire, listOf, structureOf } from '../../gws/wire.js';
import type { ReadingCheck } from '../check.js';
import { broken, held, unknown } from '../fact.js';
import { isOk } from '../raw-answer.js';
import type { Site } from '../site.js';

/** How many objects are looked at for their shape: shapes do not differ within a class. */
const looked = 200;

async function itemsOf({ gws }: Site, collection: string): Promise<readonly Wire[]> {
  const { body } = await gws.get(collection);
  return listOf(body?.[collection]).filter(isWire).slice(0, looked);
}

const kindsOf = (values: readonly string[]): string => [...new Set(values)].sort().join(' and ');

/** How the platform's JSON looks, as far as several readings are open; all that are known are read. */
export const shapeChecks: readonly ReadingCheck[] = [
  {
    id: 'scalars',
    channel: 'objects',
    text: 'Scalars come as strings or as numbers.',
    source: 'seen as strings',
    questions: [14],
    ask: async (site) => {
      const tenants = await itemsOf(site, 'tenants');
      const types = tenants.map(({ DBID }) => typeof DBID);
      if (types.length === 0) return unknown('no tenant is seen');
      return types.every((type) => type === 'string' || type === 'number')
        ? held(`DBID as ${kindsOf(types)}`)
        : broken(`DBID as ${kindsOf(types)}`);
    },
  },
  {
    id: 'member-items',
    channel: 'objects',
    text: 'Members of an access group stand bare, or under cfgID or CfgID, each with type and DBID.',
    source: 'concluded from the documented XML; one public caller has cfgID',
    questions: [1, 17],
    ask: async (site) => {
      const items = (await itemsOf(site, 'access-groups')).flatMap((group) => listOf(group['memberIDs']));
      const shapes = items.map((item) =>
        !isWire(item)
          ? typeof item
          : 'DBID' in item
            ? 'bare'
            : (['cfgID', 'CfgID'].find((name) => name in item) ?? Object.keys(item).join('+')),
      );
      if (shapes.length === 0) return unknown('no access group has a member');
      return shapes.every((shape) => ['bare', 'cfgID', 'CfgID'].includes(shape))
        ? held(kindsOf(shapes))
        : broken(kindsOf(shapes));
    },
  },
  {
    id: 'server-structure',
    channel: 'objects',
    text: 'Host and backup of a server stand in CfgServer, CfgServerInfo, serverInfo or the application itself.',
    source: 'documented: class CfgServer; its name in JSON: concluded',
    ask: async (site) => {
      const servers = (await itemsOf(site, 'applications')).filter((item) => flagOf(item['isServer'], false));
      const names = servers.flatMap((item) => {
        if ('hostDBID' in item) return ['the application itself'];
        const name = ['CfgServer', 'CfgServerInfo', 'serverInfo'].find((one) => one in item);
        return name !== undefined && 'hostDBID' in structureOf(item, name) ? [name] : [];
      });
      if (servers.length === 0) return unknown('no server is seen');
      return names.length === 0
        ? broken(`none of ${servers.length} servers shows a host: hosts and backups would be overlooked`)
        : held(`${kindsOf(names)} (${names.length} of ${servers.length} servers)`);
    },
  },
  {
    id: 'lists-in-objects',
    channel: 'objects',
    text: 'A list of one may stand bare, and an empty one be left out.',
    source: 'not documented; both are read',
    questions: [17],
    ask: async (site) => {
      const items = await itemsOf(site, 'applications');
      const shapes = items.flatMap((item) =>
        ['tenantDBIDs', 'appServerDBIDs'].map((name) => {
          const value = item[name];
          if (value === undefined) return 'left out';
          if (!Array.isArray(value)) return 'one item bare';
          return value.length === 0
            ? 'empty lists as []'
            : value.length === 1
              ? 'one item as a list'
              : 'lists';
        }),
      );
      return shapes.length === 0 ? unknown('no application is seen') : held(kindsOf(shapes));
    },
  },
  {
    id: 'session-and-csrf',
    channel: 'objects',
    text: 'Reads answer the CSRF header and its token together with a session cookie, or neither.',
    source: 'documented: X-CSRF-HEADER, X-CSRF-TOKEN, JSESSIONID',
    ask: async ({ gws }) => {
      const answer = await gws.me();
      const names = ['x-csrf-header', 'x-csrf-token'].filter((name) => answer.header(name) !== undefined);
      if (names.length === 1) return broken(`only ${names[0] ?? ''} is answered`);
      const cookie = answer.header('set-cookie') !== undefined;
      if (names.length === 2 && !cookie) return broken('a token without a session cookie');
      return held(`CSRF protection ${names.length === 0 ? 'off' : 'on'}${cookie ? ', session cookie' : ''}`);
    },
  },
  {
    id: 'sign-in-refused',
    channel: 'objects',
    text: 'A user that does not exist is refused.',
    source: 'documented',
    ask: async ({ gws }) => {
      // Never with a name of the site: a wrong password too often locks an account.
      const stranger = gws.as({ username: 'nobody-of-this-name', password: 'nothing' });
      const answer = await stranger.get(`tenants?dbid=1`);
      return isOk(answer) ? broken('answered with objects') : held(`HTTP ${answer.status}`);
    },
  },
  {
    id: 'member-types',
    channel: 'objects',
    text: 'Members of access groups are Persons.',
    source: 'documented',
    ask: async (site) => {
      const members = (await site.all('accessGroup')).flatMap((group) => group.members);
      const others = members.filter(({ type }) => type !== ObjectType.person);
      return others.length === 0
        ? held(`${members.length} members`)
        : broken(`types ${kindsOf(others.map(({ type }) => String(type)))}`);
    },
  },
];
