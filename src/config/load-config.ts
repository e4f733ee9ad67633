import { readFileSync } from 'node:fs';
import { readApiKeys, type ApiKey } from './api-keys.js';
import { ConfigError, inFile } from './config-error.js';
import { logLevels, processRoles, type Config, type ProcessRole } from './config.js';
import { Environment, type ReadFile, type Variables } from './environment.js';
import { isLoopback } from './loopback.js';
import { readKafka } from './read-kafka.js';
import { choice, integer } from './scalars.js';
import { readTargetsFile } from './load-targets.js';
import type { TargetConfig } from './target-config.js';

// How long a call's end may be late on our side: a pause of the runtime, a slow commit.
const leaseMarginMs = 5_000;
/** The built-in simulator's: it is in this process and answers in milliseconds, and a kill -9 should not be felt for long. */
export const simulatorTimeoutMs = 2_000;

/**
 * The settings of the process: the only place that reads the environment.
 * @throws ConfigError with everything that is wrong
 */
export function loadConfig(
  variables: Variables = process.env,
  readFile: ReadFile = (file) => readFileSync(file, 'utf8'),
): Config {
  const env = new Environment(variables, readFile);
  const host = env.get('HOST') ?? '127.0.0.1';
  const url = databaseUrl(env);
  const targets = readTargetsFile(env);
  const auth = readAuth(env, host);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- a class only to be a token
  const config: Config = {
    http: { host, port: integer(env, 'PORT', 8_080, 0, 65_535) },
    database: { url, dataDir: env.get('DATA_DIR') ?? '.data' },
    kafka: readKafka(env),
    targets,
    leaseMs: readLease(env, targets),
    role: readRole(env, url),
    startPaused: readStartPaused(env),
    resumeRampMs: integer(env, 'RESUME_RAMP_MS', 60_000, 0, 3_600_000),
    logLevel: choice(env, 'LOG_LEVEL', logLevels, 'info'),
    auth,
  };
  if (url !== undefined && env.get('TARGETS') === undefined) {
    env.fault(
      'TARGETS',
      'is required with DATABASE_URL: the built-in simulator keeps its state in the embedded database only',
    );
  }
  refuseWhatIsNotThere(env);
  if (env.faults.length > 0) throw new ConfigError(env.faults);
  return deepFreeze(config);
}

function databaseUrl(env: Environment): string | undefined {
  const url = env.secret('DATABASE_URL');
  if (url !== undefined && !/^postgres(ql)?:\/\/./.test(url)) {
    env.fault('DATABASE_URL', 'expected postgres://user:password@host:5432/database');
  } else if (url !== undefined && !URL.canParse(url.replaceAll(' ', '%20').replace('@/', '@socket/'))) {
    // Said here, where the text is not shown: it has a password in it.
    env.fault(
      'DATABASE_URL',
      'cannot be read: the port is no number up to 65535, or the password has characters that stand as %23 (#), %2F (/), %3A (:), %3F (?) or %40 (@) in a URL',
    );
  }
  return url;
}

function readAuth(env: Environment, host: string): { apiKeys: ApiKey[] } | undefined {
  const file = env.get('AUTH_API_KEYS');
  if (file === undefined) {
    if (!isLoopback(host)) {
      env.fault(
        'HOST',
        `${host} can be reached from other machines: set AUTH_API_KEYS, or HOST to a loopback address`,
      );
    }
    return undefined;
  }
  const json = env.json('AUTH_API_KEYS', file);
  if (json === undefined) return undefined;
  const { keys, faults } = readApiKeys(json);
  env.faults.push(...inFile('AUTH_API_KEYS', faults));
  return { apiKeys: keys };
}

/** A lease has to outlive the longest call, or its end could not be told from a call still in the air. */
function readLease(env: Environment, targets: readonly TargetConfig[] | undefined): number {
  const timeoutsMs = targets === undefined ? [simulatorTimeoutMs] : targets.map((target) => target.timeoutMs);
  const least = Math.max(0, ...timeoutsMs) + leaseMarginMs;
  return integer(env, 'LEASE_MS', least, least, 3_600_000);
}

/** The embedded database belongs to one process, which has to do everything. */
function readRole(env: Environment, url: string | undefined): ProcessRole {
  const role = choice(env, 'ROLE', processRoles, 'all');
  if (role !== 'all' && url === undefined)
    env.fault('ROLE', `"${role}" needs DATABASE_URL: the embedded database belongs to one process`);
  return role;
}

/** `true`, or a name, with which a process pauses once only: the setting may stay after the service was resumed. */
function readStartPaused(env: Environment): Config['startPaused'] {
  const text = env.get('START_PAUSED') ?? 'false';
  if (text === 'false') return null;
  if (text === 'true') return { label: null };
  // A label that somebody means as a yes or a no would do the contrary in half of the cases.
  if (/^[A-Za-z][A-Za-z0-9._-]{2,63}$/.test(text) && !/^(yes|off)$/i.test(text)) return { label: text };
  env.fault(
    'START_PAUSED',
    'expected true, false, or a name for the occasion: a letter, then 2 to 63 letters, digits, dots, hyphens or underscores',
  );
  return null;
}

/** Part of the contract, but without behaviour so far: said by name, since a setting that is ignored is worse than none. */
function refuseWhatIsNotThere(env: Environment): void {
  for (const name of Object.keys(env.variables)) {
    if (name.startsWith('AUTH_') && name !== 'AUTH_API_KEYS' && env.get(name) !== undefined) {
      env.fault(
        name,
        name === 'AUTH_ISSUER' || name === 'AUTH_AUDIENCE'
          ? 'is not supported yet; use AUTH_API_KEYS'
          : 'is not a known setting',
      );
    }
  }
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
