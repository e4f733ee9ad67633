import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { until } from '../saga/engine.js';
import { freshDatabase } from '../support/postgres.js';
import { CrashLab } from './crash-lab.js';
import type { Reference } from './kill.js';
import { diesAt, endsAsIfNothingHadBeen, makeTemplate, pointsFile, pointsIn, undisturbed } from './kill.js';
import type { Scenario } from './scenarios.js';
import { scenarios } from './scenarios.js';
import type { ServiceProcess } from './service-process.js';

// Two or three processes a case, five cases at once, on a machine that others use as well.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const pointsOf = ({ direction }: Scenario): string[] => [
  ...(direction === 'forward' ? ['claim:after', 'lock:after'] : []),
  ...['commit:before', 'commit:after', 'send:after', 'answer:before'].map(
    (label) => `${label}@${direction}/rebind-server`,
  ),
  `end:before@${direction}`,
  `end:after@${direction}`,
];

let template: Awaited<ReturnType<typeof makeTemplate>>;
const references = new Map<string, Reference>();

beforeAll(async () => {
  template = await makeTemplate();
  for (const scenario of scenarios) references.set(scenario.name, await undisturbed(scenario, template.dir));
});

afterAll(() => template.remove());

/** Another replica is there from the beginning, and does not get at the operation first. */
async function withStandby(lab: CrashLab, scenario: Scenario, point: string): Promise<ServiceProcess> {
  const standby = await lab.start();
  standby.freeze();
  const victim = await lab.start({ POINT: point, POINT_LOG: pointsFile(lab) });
  const taken = until(
    'the victim has it in hand',
    () => Promise.resolve(pointsIn(pointsFile(lab)).some(({ at }) => at.startsWith('claim:after'))),
    60_000,
  ).then(() => standby.thaw());
  await Promise.all([taken, diesAt(lab, () => scenario.begin(lab, victim), victim)]);
  return standby;
}

async function oneIsKilled(point: string, scenario: Scenario): Promise<void> {
  const reference = references.get(scenario.name);
  if (reference === undefined) throw new Error(`no reference for ${scenario.name}`);
  const database = await freshDatabase();
  const lab = await CrashLab.replicas(database.url);
  try {
    const before = await lab.witness.world();
    const standby = await withStandby(lab, scenario, point);
    await lab.witness.letGo();
    await endsAsIfNothingHadBeen(lab, standby, scenario, reference, before);
  } finally {
    await lab.close();
    await database.drop();
  }
}

describe.each(scenarios)('Of two replicas, with $name', (scenario) => {
  it.concurrent.each(pointsOf(scenario))('one is killed at %s, and the other ends it', (point) =>
    oneIsKilled(point, scenario),
  );
});
