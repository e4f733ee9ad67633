import { afterEach, describe, expect, it } from 'vitest';
import { sameJson } from '../../src/saga/json.js';
import type { Position } from '../../src/saga/position.js';
import { untilStanding } from '../saga/engine.js';
import { byWholeOrPart } from './by-hand-shapes.js';
import type { ByHand } from './by-hand.js';
import { group, person, setUpByHand, whole } from './by-hand.js';
import { desired, Lab } from './lab.js';
import { changing, leaving, onboarded, run, world } from './later.js';

let lab: Lab;
afterEach(() => lab.close());

const adopting = (changes: Parameters<typeof desired>[0] = {}) =>
  desired({ onExisting: 'adopt', restart: { ...desired().restart, mode: 'together' }, ...changes });

const change = (body: unknown) => lab.control('POST', '/change', body);

async function open(what: ByHand): Promise<unknown> {
  lab = await Lab.open();
  await setUpByHand(change, what);
  return world(lab);
}

const did = ({ actions }: Pick<Position, 'actions'>) =>
  actions.map(({ spec: { kind, object, before, after } }) => ({ kind, object, before, after }));

const planned = async (kind = 'onboarding', wanted = adopting(), solution?: string) => {
  const plan = await lab.plan(wanted, kind, solution);
  return plan.actions.map(({ kind: one, object, before, after }) => ({ kind: one, object, before, after }));
};

/** What the platform itself has written down of our effects: the kind and the object of each. */
async function effects(after: number): Promise<string[]> {
  const { lines } = (await lab.control('GET', `/log?limit=10000&after=${after}`)) as {
    lines: { seq: number; actor: string; effect: string; object: { type: number; name: string } }[];
  };
  return lines
    .filter(({ actor, effect }) => actor !== 'self' && effect !== 'status')
    .map(({ object }) => `${object.type} ${object.name}`)
    .sort();
}

const lastOf = async (): Promise<number> => {
  const { lines } = (await lab.control('GET', '/log?limit=10000')) as { lines: { seq: number }[] };
  return lines.at(-1)?.seq ?? 0;
};

describe('Adopting what was set up by hand', () => {
  it('only marks a solution that is all there: no server is touched, and there is no drift afterwards', async () => {
    await open(whole);
    const plan = await planned();
    expect(plan).toEqual(
      [group, person].map(({ type, name }) => ({
        kind: 'update',
        object: { type, name, dbid: expect.any(Number) as number },
        before: { mark: null },
        after: { mark: { of: 'this-operation', adopted: true } },
      })),
    );
    const position = await onboarded(lab, adopting());
    expect(did(position)).toEqual(plan);
    expect(await planned('onboarding', adopting(), position.solutionId)).toEqual([]);
  });

  it('says by name what is taken over, and what the Person keeps', async () => {
    await open({ ...whole, entries: { 'Retail Inbound': 9, 'Retail Outbound': 1 } });
    const { findings } = await lab.plan(adopting());
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const said = findings.filter(({ code }) => code === 'adopted').map(({ detail }) => detail);
    expect(said).toHaveLength(5);
    expect(said[0]).toContain('"retail-email-account" is there already');
    expect(said[1]).toContain('its rights on "Retail Inbound" already');
    expect(said[1]).toContain('other rights on "Retail Outbound"');
    expect(said[2]).toContain('a member of "retail-email-account" and "Ixn servers base" already');
    expect(said[2]).toContain('keeps its employeeId "E-77", its firstName "Retail", its lastName "Server"');
    expect(said[3]).toContain('"IxnServer_Retail" runs as "ixn-retail-email" already');
  });

  describe.each(byWholeOrPart)('$name', ({ there }) => {
    it('does what it plans and nothing else, and is as it was after offboarding', async () => {
      const before = await open(there);
      const seq = await lastOf();
      const plan = await planned();
      expect(await world(lab)).toEqual(before);
      const first = await onboarded(lab, adopting());
      expect(did(first)).toEqual(plan);
      // An account written back as it is changes nothing that could be written down.
      const changing = plan.filter(({ before: was, after }) => !sameJson(was, after));
      expect(await effects(seq)).toEqual(
        changing.map(({ object: { type, name } }) => `${type} ${name}`).sort(),
      );
      expect(await planned('onboarding', adopting(), first.solutionId)).toEqual([]);

      const away = leaving(first, 'former');
      const leavingPlan = await planned('offboarding', away, first.solutionId);
      const position = await run(lab, 'offboarding', away, first.solutionId);
      expect(position).toMatchObject({ error: null, state: 'completed' });
      expect(did(position)).toEqual(leavingPlan);
      expect(await world(lab)).toEqual(before);
    });

    it('is exactly as it was when the onboarding fails', async () => {
      const before = await open(there);
      const needsRead = [{ type: 16, name: 'Claims opening hours' }];
      const isBound = there.bound !== undefined;
      if (isBound) {
        const match = { method: 'PUT', path: '/persons' };
        await lab.control('POST', '/faults', { match, fault: { kind: 'refuse', errorType: 201 } });
      } else await change({ behaviour: { application: 'IxnServer_Retail', needsRead } });
      const position = await untilStanding(lab.database, await lab.accept(adopting()));
      const step = isBound ? 'provision-person' : 'rebind-server';
      expect(position).toMatchObject({ state: 'failed', error: { step } });
      expect(await world(lab)).toEqual(before);
    });
  });

  it('leaves servers that ran as the Person before stopped, as the Person, by default', async () => {
    const before = await open(whole);
    const first = await onboarded(lab, adopting());
    const position = await run(lab, 'offboarding', leaving(first, 'stopped'), first.solutionId);
    expect(did(position).map(({ kind, object: { name } }) => [kind, name])).toEqual([
      ['stop', 'IxnServer_Retail_B'],
      ['stop', 'IxnServer_Retail'],
      ['update', 'ixn-retail-email'],
      ['update', 'retail-email-account'],
    ]);
    for (const [application, runMode] of [
      ['IxnServer_Retail', 'primary'],
      ['IxnServer_Retail_B', 'backup'],
    ]) {
      await change({ status: { application, status: 6, runMode } });
    }
    expect(await world(lab)).toEqual(before);
  });

  it('comes back to the running solution when its offboarding fails', async () => {
    await open({ ...whole, entries: { 'Retail Inbound': 1 }, bound: [] });
    const first = await onboarded(lab, adopting());
    const before = await world(lab);
    const match = { method: 'PUT', path: '/persons' };
    await lab.control('POST', '/faults', { match, fault: { kind: 'refuse', errorType: 201 } });
    const position = await run(lab, 'offboarding', leaving(first, 'stopped'), first.solutionId);
    expect(position).toMatchObject({ state: 'failed', error: { step: 'delete-objects' } });
    expect(await world(lab)).toEqual(before);
  });

  it('gives up by a change what stood before, and gives back at the end what is still its own', async () => {
    await open(whole);
    const first = await onboarded(lab, adopting());
    const fewer = changing(first, { businessProcesses: ['Retail Inbound', 'Bank Chat'] });
    const second = await run(lab, 'change', fewer, first.solutionId);
    expect(second).toMatchObject({ error: null, state: 'completed' });
    expect(did(second).map(({ kind, object: { name } }) => [kind, name])).toEqual([
      ['grant', 'Bank Chat'],
      ['revoke', 'Retail Outbound'],
      ['revoke', 'Retail Complaints'],
    ]);
    const position = await run(lab, 'offboarding', leaving(second, 'former'), first.solutionId);
    expect(did(position).map(({ kind, object: { name } }) => [kind, name])).toEqual([
      ['revoke', 'Bank Chat'],
      ['update', 'ixn-retail-email'],
      ['update', 'retail-email-account'],
    ]);
  });

  it('takes a server that ran as the Person before away from it when a change moves the solution', async () => {
    await open(whole);
    const first = await onboarded(lab, adopting());
    const wanted = changing(first, { interactionServer: 'IxnServer_Legacy' });
    const position = await run(lab, 'change', wanted, first.solutionId);
    expect(position).toMatchObject({ error: null, state: 'completed' });
    const { accounts } = (await world(lab)) as { accounts: { name: string; account: object }[] };
    const left = accounts.filter(({ name }) => name.startsWith('IxnServer_Retail'));
    expect(left.map(({ account }) => account)).toEqual([
      { type: 21, dbid: 98 },
      { type: 21, dbid: 98 },
    ]);
  });

  it('creates what is not there, as without the word', async () => {
    await open({});
    const position = await onboarded(lab, adopting());
    const without = await onboardedElsewhere();
    expect(did(position).map(({ kind }) => kind)).toEqual(without);
  });
});

/** The kinds of actions of the same onboarding with `refuse`, on a platform of its own. */
async function onboardedElsewhere(): Promise<string[]> {
  const other = await Lab.open();
  try {
    const position = await onboarded(other, adopting({ onExisting: 'refuse' }));
    return did(position).map(({ kind }) => kind);
  } finally {
    await other.close();
  }
}
