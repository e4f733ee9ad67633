import { parseArgs } from 'node:util';
import { z } from 'zod';
import { bigTenant, bigTenantSchema } from './big-tenant.js';
import type { SimulatorOptions } from './simulator.js';
import { PostgresStore, startSimulator } from './simulator.js';

const USAGE = `usage: simulator --port N [--host 127.0.0.1] [--latency-ms N] [--startup-ms N] [--shutdown-ms N]
                 [--seed default|empty|big] [--business-processes N] [--solutions N] [--set-up N] [--agents N]
                 [--database-url URL --schema NAME]`;

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number`);
  return Number(text);
}

type Numbers = Readonly<Record<string, number | undefined>>;
const given = (numbers: Numbers): Record<string, number> =>
  Object.fromEntries(
    Object.entries(numbers).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );

/** The sizes belong to the big tenant alone: with another seed they would be read and mean nothing. */
function seedOf(name: string, sizes: Record<string, number>): NonNullable<SimulatorOptions['seed']> {
  if (name === 'big') {
    const parsed = bigTenantSchema.safeParse(sizes);
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
    return bigTenant(parsed.data);
  }
  if (name !== 'default' && name !== 'empty') throw new Error('--seed is default, empty or big');
  if (Object.keys(sizes).length > 0) throw new Error('the sizes of a tenant go with --seed big');
  return name;
}

async function main(): Promise<void> {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      port: string,
      host: string,
      'latency-ms': string,
      'startup-ms': string,
      'shutdown-ms': string,
      'database-url': string,
      schema: string,
      seed: string,
      'business-processes': string,
      solutions: string,
      'set-up': string,
      agents: string,
    },
  });
  const sizes = given({
    businessProcesses: whole('business-processes', values['business-processes']),
    solutions: whole('solutions', values.solutions),
    setUp: whole('set-up', values['set-up']),
    agents: whole('agents', values.agents),
  });
  const seed = seedOf(values.seed ?? 'default', sizes);
  const database = values['database-url'];
  const numbers = given({
    port: whole('port', values.port),
    latencyMs: whole('latency-ms', values['latency-ms']),
    startupMs: whole('startup-ms', values['startup-ms']),
    shutdownMs: whole('shutdown-ms', values['shutdown-ms']),
  });
  const simulator = await startSimulator({
    seed,
    ...numbers,
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(database === undefined ? {} : { store: new PostgresStore(database, values.schema ?? 'simulator') }),
  });
  process.stdout.write(`ready ${simulator.url}\n`);
  const stop = (): void => {
    simulator.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 1;
});
