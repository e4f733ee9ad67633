import { describe, expect, it } from 'vitest';
import type { TargetInput } from '../../src/config/targets-file.js';
import type { Json } from '../simulator/world.js';
import { empty, error, on, says } from './bend.js';
import type { Bend } from './lab.js';
import { factOf, useLab } from './lab.js';

const place = useLab();

/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return --
   answers are bent as JSON, member by member */

describe('a platform that answers otherwise', () => {
  const cases: [string, RegExp, Bend][] = [
    [
      'scalars',
      /object/,
      on(/tenants$/, (json) => says({ ...json, tenants: [{ ...json.tenants[0], DBID: {} }] })),
    ],
    [
      'member-items',
      /other/,
      on(/access-groups$/, (json) => {
        json['access-groups'].find((group: Json) => group.memberIDs.length > 0).memberIDs = [
          { other: { DBID: '1' } },
        ];
        return says(json);
      }),
    ],
    [
      'member-types',
      /types 21/,
      on(/access-groups$/, (json) => {
        json['access-groups'][0].memberIDs = [{ CSID: '0', DBID: '97', type: '21' }];
        return says(json);
      }),
    ],
    [
      'server-structure',
      /none of 23/,
      on(/applications$/, (_, text) => ({ text: text.replaceAll('"CfgServer"', '"CfgX"') })),
    ],
    ['session-and-csrf', /only/, on(/\/me$/, () => ({ headers: { 'x-csrf-token': null } }))],
    ['sign-in-refused', /objects/, on(/tenants\?dbid=1$/, () => says({ statusCode: 0, tenants: [] }))],
    [
      'list-persons',
      /number in DBID/,
      on(/persons$/, (_, text) => ({ text: text.replace('"DBID"', '"dbid"') })),
    ],
    ['list-persons', /none is seen/, on(/persons$/, () => empty('persons'))],
    ['list-scripts', /shows 13 of 99/, on(/scripts$/, (json) => says({ ...json, totalCount: '99' }))],
    ['list-hosts', /does not exist at this target/, on(/hosts$/, () => says({ statusCode: 6 }, 404))],
    [
      'one-by-dbid',
      /scripts\/\d+/,
      on(/scripts\/\d+$/, (json) => says({ statusCode: 0, object: json.script })),
    ],
    ['unknown-dbid', /HTTP 500/, on(/persons\/2147483647$/, () => says({ statusCode: 4 }, 500))],
    ['no-match', /HTTP 500/, on(/no group has this name/, () => says({ statusCode: 4 }, 500))],
    ['filters-scripts', /script_type misses/, on(/script_type=/, () => empty('scripts'))],
    ['filters-applications', /server_dbid misses/, on(/[?]server_dbid=/, () => empty('applications'))],
    ['filters-access-groups', /person_dbid misses/, on(/person_dbid=/, () => empty('access-groups'))],
    ['filters-persons', /employee_id misses/, on(/employee_id=/, () => empty('persons'))],
    ['filters-tenants', /name misses/, on(/tenants\?name="[A-Z]/, () => empty('tenants'))],
    ['filters-hosts', /name misses/, on(/hosts\?name=/, () => empty('hosts'))],
    ['filter-unknown-key', /overlooked/, on(/no_such_filter/, () => empty('tenants'))],
    ['filter-unknown-key', /overlooked/, on(/no_such_filter/, () => says({ statusCode: 6 }, 404))],
    [
      'account-filter-nobody',
      /ignored/,
      on(/account_dbid=2147483647/, () => says({ statusCode: 0, applications: [{ DBID: '1' }] })),
    ],
    ['account-filter-finds', /Read permissions/, on(/account_dbid=98/, () => empty('applications'))],
    [
      'system-groups',
      /type 1/,
      on(/access-groups$/, (_, text) => ({ text: text.replaceAll('"type":"5"', '"type":"1"') })),
    ],
    [
      'bridge-health',
      /solutionControlServer/,
      on(/v1\/health$/, (json) => says({ ...json, solutionControlServer: 'maybe' })),
    ],
    ['bridge-token', /expected HTTP 401/, on(/acl\/7\/1$/, () => says(error, 403))],
    [
      'bridge-malformed',
      /errorType/,
      on(
        /effective-permissions$/,
        (json) => (json.results ? undefined : says({ message: 'no' }, 400)),
        'POST',
      ),
    ],
    ['bridge-no-object', /error type 10/, on(/acl\/12\/2147483647/, () => says(error, 404))],
    [
      'bridge-no-account',
      /HTTP 200/,
      on(/effective-permissions$/, (json) => (json.results ? undefined : says({ results: [] })), 'POST'),
    ],
    ['bridge-no-server', /HTTP 200/, on(/2147483647\/status/, () => says({ status: 0, runMode: 'none' }))],
    ['bridge-lists', /no ETag/, on(/acl\/12\//, () => ({ headers: { etag: null } }))],
    [
      'bridge-lists',
      /entries/,
      on(/acl\/9\//, (json) => says({ ...json, entries: [{ accountType: '21' }] })),
    ],
    [
      'bridge-lists',
      /another ETag the second time/,
      on(/acl\/9\//, () => ({ headers: { etag: `"${String(performance.now())}"` } })),
    ],
    ['bridge-accounts', /accountType/, on(/account\/\d+$/, (json) => says({ ...json, accountType: 0 }))],
    [
      'account-execute',
      /without/,
      on(
        /effective-permissions$/,
        (json) => says({ results: json.results?.map((one: Json) => ({ ...one, accessMask: 1 })) }),
        'POST',
      ),
    ],
    [
      'rights-in-order',
      /is not about/,
      on(
        /effective-permissions$/,
        (json) => (json.results?.length > 1 ? says({ results: json.results.toReversed() }) : undefined),
        'POST',
      ),
    ],
    ['rights-in-order', /alone/, on(/effective-permission\//, () => says({ accessMask: 0 }))],
    [
      'rights-on-a-thousand',
      /HTTP 400/,
      on(
        /effective-permissions$/,
        (json) => (json.results?.length === 1000 ? says(error, 400) : undefined),
        'POST',
      ),
    ],
    [
      'rights-on-a-thousand',
      /same Configuration Server/,
      on(
        /effective-permissions$/,
        (json) =>
          json.results?.length === 1000
            ? says({ results: json.results.map((one: Json) => ({ ...one, accessMask: null })) })
            : undefined,
        'POST',
      ),
    ],
    [
      'rights-on-a-missing-one',
      /answered with 0/,
      on(
        /effective-permissions$/,
        (json, text) =>
          json.results ? { text: text.replaceAll('"accessMask":null', '"accessMask":0') } : undefined,
        'POST',
      ),
    ],
    [
      'rights-include-lists',
      /and may 0/,
      on(
        /effective-permissions$/,
        (json) =>
          json.results?.length === 1 ? says({ results: [{ ...json.results[0], accessMask: 0 }] }) : undefined,
        'POST',
      ),
    ],
    [
      'server-status',
      /status/,
      on(/\/status$/, (json) => (json.status === undefined ? undefined : says({ ...json, status: 9 }))),
    ],
    [
      'one-primary',
      /2 primaries/,
      on(/\/status$/, (json) =>
        json.runMode === 'backup' ? says({ ...json, runMode: 'primary' }) : undefined,
      ),
    ],
  ];
  it.each(cases)('%s (%s)', async (id, found, bend) => {
    place.lab.bend = bend;
    const fact = factOf(await place.lab.check(), id);
    expect(fact.verdict, JSON.stringify(fact)).toBe('broken');
    expect(fact.found).toMatch(found);
  });

  it('pair-accounts: names the pair that runs under two accounts', async () => {
    const backup = await place.lab.world.application('IxnServer_Retail_B');
    place.lab.bend = on(new RegExp(`account/${backup}$`), (json) => says({ ...json, accountDbid: 97 }));
    const fact = factOf(await place.lab.check(), 'pair-accounts');
    expect(fact).toMatchObject({
      verdict: 'broken',
      found: '"IxnServer_Retail" 21/98, its backup 21/97',
    });
  });
});

describe('a targets file that names what is not there', () => {
  const cases: [string, Partial<TargetInput>, string][] = [
    ['base-access-groups', { baseAccessGroups: ['No such group'] }, 'there is no "No such group"'],
    ['base-access-groups', { baseAccessGroups: ['EVERYONE'] }, '"EVERYONE" is a default group'],
    [
      'required-reads',
      { requiredReads: { objects: [{ type: 35, name: 'No such list' }] } },
      'there is no "No such list" of type 35',
    ],
  ];
  it.each(cases)('%s', async (id, over, found) => {
    expect(factOf(await place.lab.check({}, over), id)).toMatchObject({ verdict: 'broken', found });
  });
});
