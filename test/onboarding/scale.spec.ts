import { afterEach, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { newLook } from '../../src/saga/call.js';
import { planSaga } from '../../src/saga/plan-saga.js';
import { Sagas, type Saga } from '../../src/saga/saga.js';
import { bigTenant, processName } from '../../src/simulator/big-tenant.js';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.js';
import type { Desired } from '../../src/solutions/desired.js';
import { Claims } from '../../src/solutions/ports/claims.js';
import { sagas } from '../../src/solutions/sagas/sagas.js';
import { ConfiguredTargets } from '../../src/targets/targets.js';
import { desired, targetConfig } from './lab.js';

class NoClaims extends Claims {
  override heldByOthers() {
    return Promise.resolve([]);
  }
}

const wanted = (businessProcesses: number): Desired =>
  desired({
    key: 'solution-0001',
    interactionServer: 'IxnServer_0001',
    businessProcesses: Array.from({ length: businessProcesses }, (_, i) => processName(i + 1)),
  });

let simulator: Simulator | undefined;
afterEach(() => simulator?.stop());

/** Every call that the plan of one onboarding makes in a tenant of this size. */
async function callsOfPlan(size: {
  businessProcesses: number;
  solutions: number;
}): Promise<readonly string[]> {
  simulator = await startSimulator({ seed: bigTenant({ ...size, agents: 10 }) });
  const calls: string[] = [];
  const config = targetConfig(simulator, {
    requiredReads: { hosts: true, connections: true, childScripts: false, objects: [] },
  });
  const targets = new ConfiguredTargets([config], ({ method, path }) => calls.push(`${method} ${path}`));
  const [onboarding] = sagas.map(
    ({ kind, steps }) =>
      ({ kind, steps: steps.map((Step) => new Step(targets, new NoClaims())) }) as unknown as Saga,
  );
  const saga = new Sagas([onboarding!], []).saga('onboarding');
  const plan = await planSaga(saga, {
    call: newLook(),
    desired: wanted(size.businessProcesses / 10),
    operationId: uuidv7(),
    solutionId: uuidv7(),
    dryRun: true,
    nowMs: Date.now(),
  });
  expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(plan.actions.filter(({ kind }) => kind === 'grant')).toHaveLength(size.businessProcesses / 10 + 2);
  await targets.close();
  await simulator.stop();
  return calls.filter((call) => !call.endsWith('/me'));
}

const isList = (call: string): boolean => call.startsWith('GET /api/v2/') && !/\/\d+$/.test(call);
const without = (calls: readonly string[], part: string) => calls.filter((call) => !call.includes(part));

describe('The plan of a large tenant', () => {
  it('reads no list twice, and asks nothing twice', async () => {
    const calls = await callsOfPlan({ businessProcesses: 200, solutions: 8 });
    const gets = calls.filter((call) => call.startsWith('GET'));
    expect([...new Set(gets)].sort()).toEqual([...gets].sort());
    expect(gets.filter(isList).length).toBeLessThanOrEqual(10);
  });

  it('makes the same calls however many Business Processes there are, up to a thousand for each request', async () => {
    const few = await callsOfPlan({ businessProcesses: 100, solutions: 6 });
    const many = await callsOfPlan({ businessProcesses: 900, solutions: 6 });
    expect(many.length).toBe(few.length);
  });

  it('asks each other server for its account and each account for its rights, and nothing else grows with them', async () => {
    const few = await callsOfPlan({ businessProcesses: 200, solutions: 4 });
    const many = await callsOfPlan({ businessProcesses: 200, solutions: 14 });
    // Ten solutions more: two servers and one account each.
    expect(many.length - few.length).toBe(30);
    expect(without(without(many, '/account/'), '/effective-permissions').length).toBe(
      without(without(few, '/account/'), '/effective-permissions').length,
    );
  });
});
