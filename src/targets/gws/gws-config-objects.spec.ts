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
  accessGroupMembers: 'memberIDs' | 'addedMemberIDs' = 'memberIDs',
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
    { ...conventions, accessGroupMembers },
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

  it.each([['say "hi"'], ['back\\slash']])(
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

  it('names the feature when the collections are not there', async () => {
    const { objects: port } = await objects(() => notFound);
    const error = await failureOf(port.find(reading, 'tenant', { name: 'Environment' }), 'invalid');
    expect(error.detail).toContain('api-platform-configuration-read');
    await failureOf(port.get(reading, 'person', 120), 'invalid');
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
  it('answers null for an object that is not there, once the collection is known to be', async () => {
    const { objects: port, sent } = await objects(({ path }) =>
      path.includes('?') ? list('persons', []) : notFound,
    );
    expect(await port.get(reading, 'person', 120)).toBeNull();
    expect(await port.get(reading, 'person', 121)).toBeNull();
    expect(sent()).toEqual(['GET persons/120', 'GET persons?dbid=120', 'GET persons/121']);
  });

  it('does not take another object for the one that was asked for', async () => {
    const { objects: port } = await objects(() => list('script', script('202', 'A')));
    await failureOf(port.get(reading, 'script', 201), 'transient');
  });
});

describe('creating', () => {
  const created: Answer = { body: { statusCode: 0, id: '105', uri: 'http://x', path: '/x' } };

  it('sends strings only and no DBID, the mark inside CfgGroup', async () => {
    const { objects: port } = await objects(() => created);
    const annex = { mark: { solution: '0193' } };
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

  const person = {
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
    const error = await failureOf(port.createPerson(reading, person), 'unknown');
    expect(bodies()).toMatchObject([
      { person: { isAgent: '1', state: '1', password: 'pässword-that-is-random' } },
    ]);
    expect(JSON.stringify([error.message, error.detail, error.options])).not.toContain('random');
  });

  it('reports a name that is taken as a conflict and an answer without an id as unknown', async () => {
    const { objects: port } = await objects(({ path }) =>
      path === 'persons' ? code(5836044) : { body: { statusCode: 0 } },
    );
    await failureOf(port.createPerson(reading, person), 'conflict');
    await failureOf(port.createAccessGroup(reading, { tenantDbid: 1, name: 'retail', annex: {} }), 'unknown');
  });

  it('names the feature when writing is not enabled', async () => {
    const { objects: port } = await objects(() => notFound);
    const error = await failureOf(port.createPerson(reading, person), 'invalid');
    expect(error.detail).toContain('api-platform-configuration-write');
  });
});

describe('members', () => {
  it.each(['memberIDs', 'addedMemberIDs'] as const)(
    'are added under %s and removed under deletedMemberIDs',
    async (name) => {
      const { objects: port, sent } = await objects(() => ({ body: { statusCode: 0 } }), name);
      await port.addMember(reading, 105, { type: 3, dbid: 120 });
      await port.removeMember(reading, 105, { type: 3, dbid: 120 });
      const delta = (listName: string): object => ({
        'delta-access-group': {
          CfgDeltaGroup: {
            CfgGroup: { DBID: '105' },
            [listName]: [{ cfgID: { CSID: '0', DBID: '120', type: '3' } }],
          },
        },
      });
      expect(sent()).toEqual(['PUT access-groups', 'PUT access-groups']);
      expect(bodies()).toEqual([delta(name), delta('deletedMemberIDs')]);
    },
  );

  it('of a group that is gone: adding is a conflict, removing is done', async () => {
    const { objects: port } = await objects(() => code(10));
    await failureOf(port.addMember(reading, 105, { type: 3, dbid: 120 }), 'conflict');
    await port.removeMember(reading, 105, { type: 3, dbid: 120 });
  });

  it('are not taken for changed when only writing is not enabled', async () => {
    const { objects: port } = await objects(({ method }) =>
      method === 'PUT' ? notFound : list('access-group', group),
    );
    await failureOf(port.removeMember(reading, 105, { type: 3, dbid: 120 }), 'invalid');
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
