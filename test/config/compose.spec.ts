import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** `NAME: value` under `environment:` of a service, without a YAML parser: the files are ours and plain. */
function environmentOf(file: string, name: string): Record<string, string> {
  const service =
    new RegExp(`\\n {2}${name}:\\n([\\s\\S]*?)\\n(?= {0,2}\\S|$)`).exec(`${read(file)}\n`)?.[1] ?? '';
  const environment = /environment:\n((?: {6}\S.*\n)+)/.exec(`${service}\n`)?.[1] ?? '';
  return Object.fromEntries(
    [...environment.matchAll(/^ {6}(\w+): '?(.*?)'?$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

it('docker-compose.yml starts the service with settings that it accepts', () => {
  const environment = environmentOf('docker-compose.yml', 'service');
  expect(environment['TARGETS']).toBe('/etc/solution-onboarding/targets.json');
  const config = loadConfig(environment, () => read('docker/targets.json'));
  expect(config.targets?.map((target) => target.name)).toEqual(['lab']);
  expect(config.kafka?.brokers).toEqual(['127.0.0.1:9092']);
  expect(config.database.url).toContain('127.0.0.1:5432');
});

it('docker/roles.yml makes it answer, and adds two workers on the same database, broker and targets', () => {
  const service = environmentOf('docker-compose.yml', 'service');
  const roleOf = (environment: Record<string, string>): unknown => {
    const config = loadConfig(environment, () => read('docker/targets.json'));
    return [config.role, config.http.port];
  };
  expect(roleOf({ ...service, ...environmentOf('docker/roles.yml', 'service') })).toEqual(['api', 8080]);
  const workers = ['worker-1', 'worker-2'].map((name) => environmentOf('docker/roles.yml', name));
  expect(workers.map(roleOf)).toEqual([
    ['worker', 8081],
    ['worker', 8082],
  ]);
  for (const { ROLE: _role, PORT: _port, ...shared } of workers) {
    const { PORT: _of, ...same } = service;
    expect(shared).toEqual(same);
  }
});
