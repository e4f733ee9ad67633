import { parseArgs } from 'node:util';
import { PostgresStore, startSimulator } from './simulator.js';

const USAGE = `usage: simulator --port N [--host 127.0.0.1] [--latency-ms N] [--seed default|empty]
                 [--startup-ms N] [--shutdown-ms N] [--database-url URL --schema NAME]`;

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number`);
  return Number(text);
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
    },
  });
  const seed = values.seed ?? 'default';
  if (seed !== 'default' && seed !== 'empty') throw new Error('--seed is default or empty');
  const database = values['database-url'];
  const numbers = {
    port: whole('port', values.port),
    latencyMs: whole('latency-ms', values['latency-ms']),
    startupMs: whole('startup-ms', values['startup-ms']),
    shutdownMs: whole('shutdown-ms', values['shutdown-ms']),
  };
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
  const simulator = await startSimulator({
    seed,
    ...given,
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
