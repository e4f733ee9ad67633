import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** `NAME: value` under `environment:` of the service, without a YAML parser: the file is ours and plain. */
function serviceEnvironment(): Record<string, string> {
  const service = /\n {2}service:\n([\s\S]*?)\n(?=\S)/.exec(read('docker-compose.yml'))?.[1] ?? '';
  const environment = /environment:\n((?: {6}\S.*\n)+)/.exec(service)?.[1] ?? '';
  return Object.fromEntries(
    [...environment.matchAll(/^ {6}(\w+): '?(.*?)'?$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

it('docker-compose.yml starts the service with settings that it accepts', () => {
  const environment = serviceEnvironment();
  expect(environment['TARGETS']).toBe('/etc/solution-onboarding/targets.json');
  const config = loadConfig(environment, () => read('docker/targets.json'));
  expect(config.targets?.map((target) => target.name)).toEqual(['lab']);
  expect(config.kafka?.brokers).toEqual(['127.0.0.1:9092']);
  expect(config.database.url).toContain('127.0.0.1:5432');
});
