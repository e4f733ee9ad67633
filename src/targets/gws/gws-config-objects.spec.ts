import { afterEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../../test/targets/expect-call-error.js';
import type { StubRequest } from '../../../test/targets/stub-server.js';
import { sendJson } from '../../../test/targets/stub-server.js';
import type { StubTarget } from '../../../test/targets/stub-target.js';
import { conventions, startStubTarget } from '../../../test/targets/stub-target.js';
import { reading } from '../../saga/call.js';
import { GwsConfigObjects } from './gws-config-objects.js';

let target: StubTarget;
afterEach(() => target.stop());

type Answer = { status?: number; body: unknown };
const root = '/api/v2/platform/configuration/';

/** Objects against a platform that answers as told; `sent` are the requests without the opening of the session. */
async function objects(
  answer: (request: StubRequest) => Answer,
  sends: Partial<typeof conventions> = {},
): Promise<{ objects: GwsConfigObjects; sent: () => string[] }> {
  target = await startStubTarget((request, response) => {
    if (request.path.endsWith('/me')) {
      sendJson(response, { statusCode: 0 });
      return;
    }
    const { status, body } = answer({ ...request, path: request.path.replace(root, '') });
    sendJson(response, body, status);
  });
  const sent = (): string[] =>
    target.server.requests
      .filter(({ path }) => path.startsWith(root))
      .map(({ method, path }) => `${method} ${path.replace(root, '')}`);
  const port = new GwsConfigObjects(
    target.gws,
    { ...conventions, ...sends },
    () => 'pässword-that-is-random',
  );
  return { objects: port, sent };
}
const bodies = (): unknown[] =>
  target.server.requests.filter(({ body }) => body !== '').map(({ body }) => JSON.parse(body) as unknown);

const script = (DBID: string, name: string, over: object = {}): object => ({
  DBID,
  name,
  tenantDBID: '1',
  type: '28',
  ...over,
});
const person = (DBID: string): object => ({
  DBID,
  tenantDBID: '1',
  userName: `user-${DBID}`,
  employeeID: DBID,
});
const list = (name: string, items: unknown): Answer => ({ body: { statusCode: 0, [name]: items } });
const group = { type: '1', CfgGroup: { DBID: '105', tenantDBID: '1', name: 'retail' } };
const notFound: Answer = { status: 404, body: { statusCode: 6, statusMessage: 'Resource not found' } };
const code = (platformCode: number): Answer => ({ status: 500, body: { statusCode: 4, platformCode } });

describe('finding', () => {
  it('sends strings in encoded quotes, integers bare, and keeps digits-only names strings', async () => {
    const { objects: port, sent } = await objects(() => list('scripts', []));
    await port.find(reading, 'script', { tenantDbid: 1, scriptType: 28, name: 'Rück & 100%/+' });
    await port.find(reading, 'script', { name: '007' });
    await port.find(reading, 'script', {});
    expect(sent()).toEqual([
      'GET scripts?tenant_dbid=1&script_type=28&name=%22R%C3%BCck%20%26%20100%25%2F%2B%22',
      'GET scripts?name=%22007%22',
      'GET scripts',
    ]);
  });

  it('never trusts a filtered list: what does not match is left out', async () => {
    const all = [
      script('1', 'A'),
      script('2', 'B'),
      script('3', 'A', { tenantDBID: '2' }),
      script('4', 'A', { type: '23' }),
    ];
    const { objects: port } = await objects(() => list('scripts', all));
    const found = await port.find(reading, 'script', { tenantDbid: 1, scriptType: 28, name: 'A' });
    expect(found.map(({ dbid }) => dbid)).toEqual([1]);
  });

  it.each([['say "hi"'], ['back\\slash'], ['two\r\nlines'], ['tab\tand\u0000nothing']])(
    'does not send %j in a filter, but finds it in the wider list',
    async (name) => {
      const { objects: port, sent } = await objects(() =>
        list('scripts', [script('1', name), script('2', 'other')]),
      );
      expect(await port.find(reading, 'script', { tenantDbid: 1, name })).toMatchObject([{ dbid: 1, name }]);
      expect(sent()).toEqual(['GET scripts?tenant_dbid=1']);
    },
  );

  it('takes a list of one as a bare object, and an empty one that is left out', async () => {
    const { objects: port } = await objects(({ path }) =>
      path.startsWith('scripts') ? list('scripts', script('1', 'A')) : { body: { statusCode: 0 } },
    );
    expect(await port.find(reading, 'script', {})).toHaveLength(1);
    expect(await port.find(reading, 'person', {})).toEqual([]);
  });

  it('does not take an answer about something else for an empty list', async () => {
    const { objects: port } = await objects(() => list('skills', [{ DBID: '1' }]));
    await failureOf(port.find(reading, 'script', {}), 'transient');
  });

  it('does not pass over an item that it cannot read', async () => {
    const { objects: port } = await objects(() => list('scripts', [script('1', 'A'), { name: 'B' }]));
    await failureOf(port.find(reading, 'script', {}), 'transient');
  });

  it.each([
    ['with a parameter error', { status: 400, body: { statusCode: 2 } }],
    ['as a missing parameter', { status: 500, body: { statusCode: 1 } }],
    ['without the envelope', { status: 400, body: 'Bad request' }],
  ])(
    'asks for the whole list where a filter is refused %s, and does not send it again',
    async (_, refusal) => {
      const { objects: port, sent } = await objects(({ path }) =>
        path.includes('script_type')
          ? refusal
          : list('scripts', [script('1', 'A'), script('2', 'B', { type: '5' })]),
      );
      for (let i = 0; i < 2; i += 1) {
        const found = await port.find(reading, 'script', { tenantDbid: 1, scriptType: 28 });
        expect(found.map(({ dbid }) => dbid)).toEqual([1]);
      }
      expect(sent()).toEqual(['GET scripts?tenant_dbid=1&script_type=28', 'GET scripts', 'GET scripts']);
    },
  );

  it('does not give a filter up for one value that was refused', async () => {
    const { objects: port, sent } = await objects(({ path }) =>
      path.includes('%25')
        ? { status: 400, body: { statusCode: 2 } }
        : list('scripts', [script('1', '100%')]),
    );
    expect(await port.find(reading, 'script', { name: '100%' })).toHaveLength(1);
    expect(await port.find(reading, 'script', { name: 'B' })).toHaveLength(0);
    expect(sent()).toEqual(['GET scripts?name=%22100%25%22', 'GET scripts', 'GET scripts?name=%22B%22']);
  });

  it('does not ask for more where it is told that it may not', async () => {
    const { objects: port, sent } = await objects(() => ({ status: 403, body: { statusCode: 5 } }));
    await failureOf(port.find(reading, 'script', { tenantDbid: 1 }), 'invalid');
    expect(sent()).toHaveLength(1);
  });

  it('takes "not found" for a filtered list as none, where the collection is there without a filter', async () => {
    const { objects: port } = await objects(({ path }) =>
      path.includes('?') ? notFound : list('scripts', [script('1', 'A')]),
    );
    expect(await port.find(reading, 'script', { name: 'B' })).toEqual([]);
  });

  it('refuses a list that is said to be a part only', async () => {
    const { objects: port } = await objects(() => ({
      body: { statusCode: 0, scripts: [script('1', 'A')], totalCount: '2' },
    }));
    expect((await failureOf(port.find(reading, 'script', {}), 'invalid')).detail).toContain('1 of 2');
  });

  it('takes a number for a string and keeps what it holds', async () => {
    const { objects: port } = await objects(() =>
      list('scripts', [{ DBID: 1, name: 7, tenantDBID: 1, type: 28 }]),
    );
    expect(await port.find(reading, 'script', { tenantDbid: 1, name: '7' })).toMatchObject([
      { dbid: 1, name: '7' },
    ]);
  });

  it('names the feature when the collections are not there', async () => {
    const { objects: port } = await objects(() => notFound);
    const error = await failureOf(port.find(reading, 'tenant', { name: 'Environment' }), 'invalid');
    expect(error.detail).toContain('api-platform-configuration-read');
    await failureOf(port.get(reading, 'person', 120), 'invalid');
  });

  it('takes a platform that refuses an account that cannot exist for one that knows the filter', async () => {
    const { objects: port } = await objects(({ path }) =>
      path.includes('account_dbid=120')
        ? list('applications', [{ DBID: '201', name: 'IxnServer', type: '111' }])
        : { status: 400, body: { statusCode: 2 } },
    );
    expect(await port.find(reading, 'application', { account: { type: 3, dbid: 120 } })).toHaveLength(1);
    await failureOf(port.find(reading, 'application', { account: { type: 3, dbid: 121 } }), 'invalid');
  });

  it('believes a list by account only from a platform that knows the filter', async () => {
    const bound = { DBID: '201', name: 'IxnServer', type: '111' };
    const { objects: ignoring } = await objects(() => list('applications', [bound]));
    await failureOf(ignoring.find(reading, 'application', { account: { type: 3, dbid: 120 } }), 'invalid');
    await target.stop();
    const { objects: knowing, sent } = await objects(({ path }) =>
      list('applications', path.includes('account_dbid=120') ? [bound] : []),
    );
    for (let i = 0; i < 2; i += 1) {
      expect(await knowing.find(reading, 'application', { account: { type: 3, dbid: 120 } })).toHaveLength(1);
    }
    expect(sent().filter((line) => line.endsWith('account_type=3&account_dbid=120'))).toHaveLength(2);
    expect(sent()).toHaveLength(3);
  });

  it('finds any type by name: its collection by the rule, the tenant where objects show one', async () => {
    const { objects: port, sent } = await objects(({ path }) => {
      if (path.startsWith('hosts')) return list('hosts', [{ DBID: '7', name: 'Media Type' }]);
      return list('enumerators', [
        { DBID: '8', name: 'Media Type', tenantDBID: '2' },
        { DBID: '9', name: 'Media Type', tenantDBID: '1' },
      ]);
    });
    expect(await port.findByName(reading, 35, 'Media Type', 1)).toEqual({ type: 35, dbid: 9 });
    expect(await port.findByName(reading, 10, 'Media Type', 1)).toEqual({ type: 10, dbid: 7 });
    expect(await port.findByName(reading, 10, 'Other', 1)).toBeNull();
    await failureOf(port.findByName(reading, 35, 'Media Type'), 'invalid');
    await failureOf(port.findByName(reading, 99, 'Media Type'), 'invalid');
    expect(sent()[0]).toBe('GET enumerators?tenant_dbid=1&name=%22Media%20Type%22');
  });
});

describe('reading one', () => {
  it('answers null only for an object that its collection does not show either', async () => {
    const { objects: port, sent } = await objects(({ path }) =>
      path.includes('?') ? list('persons', []) : notFound,
    );
    expect(await port.get(reading, 'person', 120)).toBeNull();
    expect(sent()).toEqual(['GET persons/120', 'GET persons?dbid=120']);
  });

  it('does not take an object for gone when the feature is turned off later', async () => {
    let on = true;
    const { objects: port } = await objects(() => (on ? list('person', person('120')) : notFound));
    expect(await port.get(reading, 'person', 120)).toMatchObject({ dbid: 120 });
    on = false;
    const error = await failureOf(port.get(reading, 'person', 120), 'invalid');
    expect(error.detail).toContain('api-platform-configuration-read');
  });

  it('does not take an object for gone that stands in the list', async () => {
    const { objects: port } = await objects(({ path }) =>
      path.includes('?') ? list('persons', [person('120')]) : notFound,
    );
    await failureOf(port.get(reading, 'person', 120), 'transient');
  });

  it('reads an object under its class name inside its member', async () => {
    const { objects: port } = await objects(({ path }) =>
      path === 'persons/120'
        ? { body: { statusCode: 0, person: { CfgPerson: person('120') } } }
        : list('persons', [{ CfgPerson: person('120') }, { person: person('121') }]),
    );
    expect(await port.get(reading, 'person', 120)).toMatchObject({ dbid: 120 });
    expect((await port.find(reading, 'person', {})).map(({ dbid }) => dbid)).toEqual([120, 121]);
  });

  it('does not take another object for the one that was asked for', async () => {
    const { objects: port } = await objects(() => list('script', script('202', 'A')));
    await failureOf(port.get(reading, 'script', 201), 'transient');
  });
});

describe('creating', () => {
  const created: Answer = { body: { statusCode: 0, id: '105', uri: 'http://x', path: '/x' } };

  it('sends strings only and no DBID, the mark inside CfgGroup', async () => {
    const annex = { mark: { solution: '0193' } };
    const { objects: port } = await objects(({ method }) =>
      method === 'GET'
        ? list('access-group', { type: '1', CfgGroup: { ...group.CfgGroup, userProperties: annex } })
        : created,
    );
    expect(await port.createAccessGroup(reading, { tenantDbid: 1, name: 'retail', annex })).toBe(105);
    expect(bodies()).toEqual([
      {
        'access-group': {
          type: '1',
          CfgGroup: { tenantDBID: '1', name: 'retail', state: '1', userProperties: annex },
        },
      },
    ]);
  });

  const newPerson = {
    tenantDbid: 1,
    userName: 'ixn',
    employeeId: 'IXN',
    firstName: 'F',
    lastName: 'L',
    annex: {},
  };

  it('makes a person that is not an agent, and says its password to the platform only', async () => {
    const { objects: port } = await objects(() => ({
      status: 500,
      body: { statusCode: 4, statusMessage: 'no' },
    }));
    const error = await failureOf(port.createPerson(reading, newPerson), 'unknown');
    expect(bodies()).toMatchObject([
      { person: { isAgent: '1', state: '1', password: 'pässword-that-is-random' } },
    ]);
    expect(JSON.stringify([error.message, error.detail, error.options])).not.toContain('random');
  });

  it.each([
    ['its path', { path: '/platform/configuration/access-groups/105' }],
    ['its address', { uri: 'https://gws/api/v2/platform/configuration/access-groups/105/' }],
    ['a number', { id: 105 }],
  ])('takes the DBID from %s as well', async (_, body) => {
    const { objects: port } = await objects(() => ({ body: { statusCode: 0, ...body } }));
    expect(await port.createAccessGroup(reading, { tenantDbid: 1, name: 'retail', annex: {} })).toBe(105);
  });

  it('reports a name that is taken as a conflict and an answer without an id as unknown', async () => {
    const { objects: port } = await objects(({ path }) =>
      path === 'persons' ? code(5836044) : { body: { statusCode: 0 } },
    );
    await failureOf(port.createPerson(reading, newPerson), 'conflict');
    await failureOf(port.createAccessGroup(reading, { tenantDbid: 1, name: 'retail', annex: {} }), 'unknown');
  });

  it('names the feature when writing is not enabled', async () => {
    const { objects: port } = await objects(() => notFound);
    const error = await failureOf(port.createPerson(reading, newPerson), 'invalid');
    expect(error.detail).toContain('api-platform-configuration-write');
  });
});

describe('the mark on what was there before', () => {
  const keys = { solution: '0193', operation: '0194', adopted: 'true' };
  const done: Answer = { body: { statusCode: 0 } };
  const holding = (userProperties: unknown): Answer =>
    list('access-group', { ...group, CfgGroup: { ...group.CfgGroup, userProperties } });

  it('is written as a delta of the group, where the conventions have the annex, and looked for once', async () => {
    const { objects: port, sent } = await objects(({ method }) =>
      method === 'GET' ? holding({ ours: keys }) : done,
    );
    for (let i = 0; i < 2; i += 1) await port.setAnnexSection(reading, 'accessGroup', 105, 'ours', keys);
    expect(sent()).toEqual(['PUT access-groups', 'GET access-groups/105', 'PUT access-groups']);
    expect(bodies()[0]).toEqual({
      'delta-access-group': {
        CfgDeltaGroup: { CfgGroup: { DBID: '105', userProperties: { ours: keys } } },
      },
    });
  });

  it('is taken away as a section without keys', async () => {
    const { objects: port } = await objects(({ method }) => (method === 'GET' ? holding({}) : done));
    await port.setAnnexSection(reading, 'accessGroup', 105, 'ours', null);
    expect(bodies()[0]).toEqual({
      'delta-access-group': {
        CfgDeltaGroup: { CfgGroup: { DBID: '105' }, deletedUserProperties: { ours: {} } },
      },
    });
  });

  it.each([
    ['not kept', keys, {}],
    ['not given up', null, { ours: keys }],
  ])('that is %s by a target that says it is done counts as refused', async (_, wanted, kept) => {
    const { objects: port } = await objects(({ method }) => (method === 'GET' ? holding(kept) : done));
    const writing = port.setAnnexSection(reading, 'accessGroup', 105, 'ours', wanted);
    const error = await failureOf(writing, 'invalid');
    expect(error.detail).toContain('the target said that it is done, and it is not');
  });
});

describe('the mark of a new object', () => {
  const annex = { mark: { solution: '0193', note: '' } };
  const created: Answer = { body: { statusCode: 0, id: '105' } };
  const kept = (userProperties: unknown): Answer =>
    list('access-group', { ...group, CfgGroup: { ...group.CfgGroup, userProperties } });

  it('is looked for once, after the first group of a target', async () => {
    const { objects: port, sent } = await objects(({ method }) => (method === 'GET' ? kept(annex) : created));
    for (let i = 0; i < 2; i += 1)
      await port.createAccessGroup(reading, { tenantDbid: 1, name: 'retail', annex });
    expect(sent()).toEqual(['POST access-groups', 'GET access-groups/105', 'POST access-groups']);
  });

  it('is sent where the conventions have it', async () => {
    const { objects: port } = await objects(({ method }) => (method === 'GET' ? kept(annex) : created), {
      accessGroupAnnex: 'access-group',
    });
    await port.createAccessGroup(reading, { tenantDbid: 1, name: 'retail', annex });
    expect(bodies()).toEqual([
      {
        'access-group': {
          type: '1',
          CfgGroup: { tenantDBID: '1', name: 'retail', state: '1' },
          userProperties: annex,
        },
      },
    ]);
  });

  it.each([
    ['no annex', {}],
    ['another value', { mark: { solution: '0194' } }],
  ])(
    'that is not kept (%s) fails the creation, which leaves nothing behind, and names the setting',
    async (_, userProperties) => {
      const { objects: port, sent } = await objects(({ method }) =>
        method === 'GET' ? kept(userProperties) : created,
      );
      const error = await failureOf(
        port.createAccessGroup(reading, { tenantDbid: 1, name: 'retail', annex }),
        'invalid',
      );
      expect(error.detail).toContain('conventions.accessGroupAnnex');
      expect(sent()).toEqual(['POST access-groups', 'GET access-groups/105', 'DELETE access-groups/105']);
    },
  );

  it('that is not kept on an object that does not go again leaves the outcome open', async () => {
    const { objects: port } = await objects(({ method }) =>
      method === 'GET' ? kept({}) : method === 'DELETE' ? code((21 << 8) | 33) : created,
    );
    await failureOf(port.createAccessGroup(reading, { tenantDbid: 1, name: 'retail', annex }), 'unknown');
  });

  it('does not undo a creation when the look at it fails', async () => {
    const { objects: port } = await objects(({ method }) =>
      method === 'GET' ? { status: 503, body: {} } : created,
    );
    expect(await port.createAccessGroup(reading, { tenantDbid: 1, name: 'retail', annex })).toBe(105);
  });
});

describe('members', () => {
  const ok: Answer = { body: { statusCode: 0 } };
  const member = { type: 3, dbid: 120 };
  const holding = (...memberIDs: object[]): Answer => list('access-group', { ...group, memberIDs });
  const id = { CSID: '0', DBID: '120', type: '3' };
  const CfgGroup = { DBID: '105' };

  /** A group that takes any delta and holds afterwards what it says. */
  async function taking(
    sends: Partial<typeof conventions>,
  ): Promise<{ port: GwsConfigObjects; sent: () => string[] }> {
    let isIn = false;
    const { objects: port, sent } = await objects(({ method, body }) => {
      if (method === 'GET') return isIn ? holding(id) : holding();
      isIn = !body.includes('eleted');
      return ok;
    }, sends);
    return { port, sent };
  }

  it.each<[string, Partial<typeof conventions>, object, object]>([
    [
      'as in the only request that was seen',
      {},
      { CfgDeltaGroup: { CfgGroup, memberIDs: [{ cfgID: id }] } },
      { CfgDeltaGroup: { CfgGroup, deletedMemberIDs: [{ cfgID: id }] } },
    ],
    [
      'under addedMemberIDs, bare',
      { accessGroupMembers: 'addedMemberIDs', accessGroupMemberItems: 'bare' },
      { CfgDeltaGroup: { CfgGroup, addedMemberIDs: [id] } },
      { CfgDeltaGroup: { CfgGroup, deletedMemberIDs: [id] } },
    ],
    [
      'beside the structure of the group, with names of their own',
      {
        accessGroupMembersIn: 'delta-access-group',
        accessGroupMemberItems: 'CfgID',
        accessGroupMembersDeleted: 'memberIDsDeleted',
      },
      { CfgDeltaGroup: { CfgGroup }, memberIDs: [{ CfgID: id }] },
      { CfgDeltaGroup: { CfgGroup }, memberIDsDeleted: [{ CfgID: id }] },
    ],
  ])('are added and removed %s', async (_, sends, added, removed) => {
    const { port } = await taking(sends);
    await port.addMember(reading, 105, member);
    await port.removeMember(reading, 105, member);
    expect(bodies()).toEqual([{ 'delta-access-group': added }, { 'delta-access-group': removed }]);
  });

  it('are looked for once, after the first change of each sort', async () => {
    const { port, sent } = await taking({});
    for (let i = 0; i < 2; i += 1) {
      await port.addMember(reading, 105, member);
      await port.removeMember(reading, 105, member);
    }
    expect(sent().filter((line) => line.startsWith('GET'))).toHaveLength(2);
  });

  it('that a platform passed over leave the outcome open, and the setting is named', async () => {
    const { objects: port } = await objects(({ method }) => (method === 'GET' ? holding() : ok));
    const error = await failureOf(port.addMember(reading, 105, member), 'unknown');
    expect(error.detail).toContain('conventions.accessGroupMembers');
    await target.stop();
    const { objects: keeping } = await objects(({ method }) => (method === 'GET' ? holding(id) : ok));
    await failureOf(keeping.removeMember(reading, 105, member), 'unknown');
  });

  it('of a group that is gone: adding is a conflict, removing is done', async () => {
    const { objects: port } = await objects(() => code(10));
    await failureOf(port.addMember(reading, 105, member), 'conflict');
    await port.removeMember(reading, 105, member);
  });

  it('are not taken for changed when only writing is not enabled', async () => {
    const { objects: port } = await objects(({ method }) =>
      method === 'PUT' ? notFound : list('access-group', group),
    );
    await failureOf(port.removeMember(reading, 105, member), 'invalid');
  });
});

describe('deleting', () => {
  it.each([
    ['done', { body: { statusCode: 0 } }],
    ['done without a body', { status: 204, body: undefined }],
    ['not found by Configuration Server', code(10)],
  ])('counts as done when it is %s', async (_, answer) => {
    const { objects: port } = await objects(() => answer);
    await expect(port.delete(reading, 'accessGroup', 105)).resolves.toBeUndefined();
  });

  it('counts as done after a plain 404 only if the object cannot be read either', async () => {
    const { objects: gone } = await objects(({ path }) =>
      path.includes('?') ? list('access-groups', []) : notFound,
    );
    await gone.delete(reading, 'accessGroup', 105);
    await target.stop();
    const { objects: port } = await objects(({ method }) =>
      method === 'DELETE' ? notFound : list('access-group', group),
    );
    const error = await failureOf(port.delete(reading, 'accessGroup', 105), 'invalid');
    expect(error.detail).toContain('api-platform-configuration-write');
  });

  it('is refused while the object is in use', async () => {
    const { objects: port } = await objects(() => code((3 << 8) | conventions.errorTypeInUse));
    const error = await failureOf(port.delete(reading, 'person', 120), 'invalid');
    expect(error.detail).toContain('in use');
  });
});
