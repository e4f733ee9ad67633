import { readFileSync } from 'node:fs';
import { ConfigError, inFile } from './config-error.js';
import { Environment, type ReadFile, type Variables } from './environment.js';
import type { TargetConfig } from './target-config.js';
import { readTargets } from './targets-file.js';

/**
 * The targets alone, for tools that need nothing else of the service.
 * @throws ConfigError also where there is no TARGETS
 */
export function loadTargets(
  variables: Variables = process.env,
  readFile: ReadFile = (file) => readFileSync(file, 'utf8'),
): readonly TargetConfig[] {
  const env = new Environment(variables, readFile);
  const targets = readTargetsFile(env);
  if (targets === undefined) env.fault('TARGETS', 'is required: the path of the targets file');
  if (targets === undefined || env.faults.length > 0) throw new ConfigError(env.faults);
  return targets;
}

/** The targets of the file that `TARGETS` names; undefined where it names none. Faults are kept in the environment. */
export function readTargetsFile(env: Environment): TargetConfig[] | undefined {
  const file = env.get('TARGETS');
  if (file === undefined) return undefined;
  const json = env.json('TARGETS', file);
  if (json === undefined) return [];
  const { targets, faults } = readTargets(json, env);
  env.faults.push(...inFile('TARGETS', faults));
  return targets;
}
