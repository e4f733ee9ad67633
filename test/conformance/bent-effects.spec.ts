import { describe, expect, it } from 'vitest';
import type { Json } from '../simulator/world.js';
import { on, says } from './bend.js';
import type { Bend, BentAnswer } from './lab.js';
import { factOf, useLab } from './lab.js';

const place = useLab();

/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access --
   answers are bent as JSON, member by member */

describe('a platform that does otherwise than it was told', () => {
  const puts = (path: RegExp, bend: (json: Json, text: string) => BentAnswer | undefined) =>
    on(path, bend, 'PUT');
  const cases: [string, RegExp, Bend][] = [
    [
      'group-created',
      /read back/,
      on(/access-groups\/\d+$/, (_, text) => ({ text: text.replace(/"type":"1"/, '"type":"2"') })),
    ],
    [
      'group-annex',
      /neither/,
      on(/access-groups\/\d+$/, (_, text) => ({
        text: text.replaceAll('solution-onboarding-conformance', 'other'),
      })),
    ],
    [
      'member-added',
      /no spelling/,
      on(/access-groups\/\d+$/, (json) =>
        json['access-group']
          ? says({ ...json, 'access-group': { ...json['access-group'], memberIDs: [] } })
          : undefined,
      ),
    ],
    [
      'name-taken',
      /HTTP 500/,
      on(/access-groups$/, (json) => (json.platformCode ? says({ statusCode: 4 }, 500) : undefined), 'POST'),
    ],
    [
      'user-name-taken',
      /HTTP 500/,
      on(/persons$/, (json) => (json.platformCode ? says({ statusCode: 4 }, 500) : undefined), 'POST'),
    ],
    ['odd-name', /read back/, on(/access-groups\/\d+$/, (_, text) => ({ text: text.replaceAll('漢', '?') }))],
    [
      'person-created',
      /mark/,
      on(/persons\/\d+$/, (_, text) => ({
        text: text.replaceAll('solution-onboarding-conformance', 'other'),
      })),
    ],
    [
      'delta-changes-what-it-names',
      /after/,
      on(/persons\/\d+$/, (json) =>
        json.person?.state === '2'
          ? says({ ...json, person: { ...json.person, userProperties: {} } })
          : undefined,
      ),
    ],
    [
      'list-compared',
      /not refused/,
      (request, { status }) => (status === 412 && request.method === 'PUT' ? { status: 200 } : undefined),
    ],
    ['list-written', /writing the access list/, on(/acl\/3\//, () => ({ headers: { etag: '"same"' } }))],
    ['account-of-new-server', /97/, on(/account\/\d+$/, (json) => says({ ...json, accountDbid: 97 }))],
    [
      'account-written',
      /set to 3\//,
      on(/account\/\d+$/, (json) =>
        json.accountType === 3 ? says({ accountType: 21, accountDbid: 98 }) : undefined,
      ),
    ],
    [
      'account-compared',
      /overwritten/,
      (request, { status }) =>
        status === 412 && request.path.includes('account') ? { status: 200 } : undefined,
    ],
    [
      'status-of-never-started',
      /run mode/,
      on(/\/status$/, (json) => (json.runMode === 'none' ? says({ ...json, runMode: 'backup' }) : undefined)),
    ],
    [
      'csrf-refusal',
      /not to be told/,
      puts(/access-groups$/, (_, text) => (/Csrf/.test(text) ? says({ statusCode: 3 }, 403) : undefined)),
    ],
    [
      'dbid-never-again',
      /still there/,
      on(/access-groups\/\d+$/, (json) =>
        json.statusCode === 6
          ? says({
              statusCode: 0,
              'access-group': {
                type: '1',
                CfgGroup: { DBID: /\d+$/.exec(lastPath)![0], tenantDBID: '1', name: 'x' },
              },
            })
          : undefined,
      ),
    ],
  ];
  let lastPath = '';
  it.each(cases)('%s (%s)', async (id, found, bend) => {
    place.lab.bend = (request, answer) => {
      lastPath = request.path;
      return bend(request, answer);
    };
    const result = await place.lab.check({ scratch: true });
    const fact = factOf(result, id);
    expect(fact.verdict, JSON.stringify(fact)).toBe('broken');
    expect(fact.found).toMatch(found);
  });
});
