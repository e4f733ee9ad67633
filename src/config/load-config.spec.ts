import { describe, expect, it } from 'vitest';
import { makeCertificates } from '../../test/support/certificates.js';
import { ConfigError } from './config-error.js';
import type { Config } from './config.js';
import { defaultConventions } from './conventions.js';
import { loadConfig } from './load-config.js';
import { singleConnectionTypes } from './single-connection.js';

const target = {
  name: 'lab',
  objects: {
    driver: 'gws',
    baseUrl: 'https://gws.example/api/v2/',
    username: 'onboarding',
    password: { env: 'GWS_PASSWORD' },
  },
  security: { driver: 'bridge', baseUrl: 'https://bridge.example', token: { file: '/run/bridge' } },
  control: { driver: 'bridge', baseUrl: 'http://127.0.0.1:9000', token: 'literal' },
};
const key = {
  name: 'desk',
  sha256: 'AB'.repeat(32),
  roles: ['requester'],
  scopes: [{ target: 'lab', tenant: '*' }],
};

const files: Record<string, string> = {
  '/targets': JSON.stringify({ targets: [target] }),
  '/keys': JSON.stringify({ keys: [key] }),
  '/run/bridge': 'bridge-token\n',
  '/run/url': 'postgres://u:p@db/onboarding\n',
  '/broken': '{ "password": "hunter2" ',
};

function load(variables: Record<string, string>, more: Record<string, unknown> = {}): Config {
  return loadConfig({ GWS_PASSWORD: 'gws-secret', ...variables }, (file) => {
    const given = more[file];
    if (typeof given === 'string') return given;
    if (file in more) return JSON.stringify(given);
    if (files[file] === undefined) throw new Error(`ENOENT: no such file, open '${file}'`);
    return files[file];
  });
}

function faults(variables: Record<string, string>, more?: Record<string, unknown>): Record<string, string> {
  try {
    load(variables, more);
  } catch (error) {
    if (error instanceof ConfigError)
      return Object.fromEntries(error.faults.map((fault) => [fault.setting, fault.detail]));
    throw error;
  }
  return {};
}

it('needs nothing: embedded database, simulator, no Kafka, loopback, no sign-in', () => {
  expect(load({})).toEqual({
    http: { host: '127.0.0.1', port: 8080 },
    database: { url: undefined, dataDir: '.data' },
    kafka: undefined,
    targets: undefined,
    leaseMs: 7_000,
    role: 'all',
    startPaused: null,
    resumeRampMs: 60_000,
    logLevel: 'info',
    auth: undefined,
  });
});

it('cannot be changed afterwards', () => {
  const config = load({ TARGETS: '/targets' });
  expect(Object.isFrozen(config.targets?.[0]?.requiredReads)).toBe(true);
  expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError);
});

it('reports all that is wrong at once, by name', () => {
  expect(
    faults({
      PORT: '80a',
      HOST: '0.0.0.0',
      DATABASE_URL: 'mysql://x',
      LEASE_MS: '6999',
      LOG_LEVEL: 'loud',
      KAFKA_BROKERS: 'broker',
      KAFKA_SASL_USERNAME: 'u',
      KAFKA_TOPICS: 'maybe',
    }),
  ).toEqual({
    PORT: 'expected a whole number from 0 to 65535, not "80a"',
    HOST: '0.0.0.0 can be reached from other machines: set AUTH_API_KEYS, or HOST to a loopback address',
    DATABASE_URL: 'expected postgres://user:password@host:5432/database',
    TARGETS:
      'is required with DATABASE_URL: the built-in simulator keeps its state in the embedded database only',
    LEASE_MS: 'expected a whole number from 7000 to 3600000, not "6999"',
    LOG_LEVEL: 'expected fatal, error, warn, info, debug, trace, silent; not "loud"',
    KAFKA_BROKERS: 'expected host:port, several parted by commas',
    KAFKA_SASL_MECHANISM: 'is required when one of KAFKA_SASL_* is set',
    KAFKA_SASL_PASSWORD: 'is required when one of KAFKA_SASL_* is set',
    KAFKA_TOPICS: 'expected create, check; not "maybe"',
  });
});

it.each([
  ['AUTH_ISSUER', 'https://login.example'],
  ['AUTH_AUDIENCE', 'onboarding'],
  ['AUTH_APIKEYS', '/keys'],
])('refuses %s=%s by name instead of ignoring it', (name, value) => {
  expect(Object.keys(faults({ [name]: value }))).toEqual([name]);
});

it('reads what a process does and how it starts', () => {
  const real = { DATABASE_URL: 'postgres://u:p@db/o', TARGETS: '/targets' };
  expect(load({})).toMatchObject({ role: 'all', startPaused: null, resumeRampMs: 60_000 });
  expect(load({ ...real, ROLE: 'worker', START_PAUSED: 'true', RESUME_RAMP_MS: '0' })).toMatchObject({
    role: 'worker',
    startPaused: { label: null },
    resumeRampMs: 0,
  });
  expect(load({ START_PAUSED: 'INC0042' }).startPaused).toEqual({ label: 'INC0042' });
  expect(load({ START_PAUSED: 'false' }).startPaused).toBeNull();
  expect(faults({ ROLE: 'api' })).toEqual({
    ROLE: '"api" needs DATABASE_URL: the embedded database belongs to one process',
  });
  expect(Object.keys(faults({ ROLE: 'boss' }))).toEqual(['ROLE']);
  for (const START_PAUSED of ['1', '0', 'no', 'yes', 'off', 'INC 42'])
    expect(Object.keys(faults({ START_PAUSED }))).toEqual(['START_PAUSED']);
});

it('reads Kafka with TLS and a signed-in user', () => {
  expect(
    load({
      KAFKA_BROKERS: 'a:9092, b:9093',
      KAFKA_SSL: 'true',
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'svc',
      KAFKA_SASL_PASSWORD_FILE: '/run/bridge',
      KAFKA_GROUP_ID: '',
    }).kafka,
  ).toEqual({
    brokers: ['a:9092', 'b:9093'],
    ssl: true,
    sasl: { mechanism: 'scram-sha-512', username: 'svc', password: 'bridge-token' },
    groupId: 'solution-onboarding',
    topicPrefix: 'solution-onboarding',
    topics: 'create',
    partitions: undefined,
    replication: undefined,
    retentionMs: { commands: undefined, events: undefined, deadLetters: undefined },
    commandLagLimit: 10_000,
    principals: undefined,
  });
});

it('takes no broker without a port that there is, and no authority that is none', () => {
  for (const KAFKA_BROKERS of ['a', 'a:0', 'a:65536', 'a:9092,', 'kafka://a:9092', '::1:9092'])
    expect(Object.keys(faults({ KAFKA_BROKERS }))).toEqual(['KAFKA_BROKERS']);
  const KAFKA_BROKERS = 'a:65535,[::1]:1';
  const { ca } = makeCertificates();
  expect(load({ KAFKA_BROKERS, KAFKA_SSL_CA: ca }).kafka).toMatchObject({ ssl: { ca: ca.trim() } });
  for (const KAFKA_SSL_CA of ['/etc/kafka/ca.pem', ca.replace('MII', 'AAA')])
    expect(faults({ KAFKA_BROKERS, KAFKA_SSL_CA })).toEqual({
      KAFKA_SSL_CA: expect.stringMatching(/certificate .*KAFKA_SSL_CA_FILE$/) as string,
    });
});

it('reads how the topics have to be', () => {
  const variables = {
    KAFKA_BROKERS: 'a:9092',
    KAFKA_TOPIC_PARTITIONS: '24',
    KAFKA_TOPIC_REPLICATION: '3',
    KAFKA_COMMANDS_RETENTION_MS: '604800000',
    KAFKA_EVENTS_RETENTION_MS: '-1',
    KAFKA_COMMANDS_LAG_LIMIT: '500',
  };
  expect(load(variables).kafka).toMatchObject({
    partitions: 24,
    replication: 3,
    retentionMs: { commands: 604_800_000, events: -1, deadLetters: undefined },
    commandLagLimit: 500,
  });
  // Commands are refused when they are older than 30 days: kept longer, they would be of no use.
  const wrong = {
    ...variables,
    KAFKA_TOPIC_PARTITIONS: '0',
    KAFKA_TOPIC_REPLICATION: 'two',
    KAFKA_COMMANDS_RETENTION_MS: '-1',
    KAFKA_EVENTS_RETENTION_MS: '-2',
    KAFKA_DLQ_RETENTION_MS: '0',
    KAFKA_COMMANDS_LAG_LIMIT: '0',
  };
  expect(Object.keys(faults(wrong)).sort()).toEqual(Object.keys(wrong).slice(1).sort());
});

describe('senders of commands over Kafka', () => {
  const principal = {
    source: '/ticketing',
    roles: ['requester'],
    scopes: [{ target: 'lab', tenant: '*' }],
  };
  const variables = { KAFKA_BROKERS: 'a:9092', KAFKA_PRINCIPALS: '/principals' };
  const file = (...principals: unknown[]) => ({ '/principals': { principals } });

  it('are read from a file, guarded verbs off unless named', () => {
    expect(load(variables, file(principal)).kafka?.principals).toEqual([{ ...principal, guardedVerbs: [] }]);
    const abandoner = { ...principal, guardedVerbs: ['abandon'] };
    expect(load(variables, file(abandoner)).kafka?.principals).toEqual([abandoner]);
  });

  it('have a source each, known roles and known verbs', () => {
    expect(Object.keys(faults(variables, file(principal, principal)))).toEqual([
      'KAFKA_PRINCIPALS /principals/1/source',
    ]);
    const wrong = { ...principal, roles: ['king'], guardedVerbs: ['cancel'], colour: 'blue' };
    expect(Object.keys(faults(variables, file(wrong))).sort()).toEqual([
      'KAFKA_PRINCIPALS /principals/0/colour',
      'KAFKA_PRINCIPALS /principals/0/guardedVerbs/0',
      'KAFKA_PRINCIPALS /principals/0/roles/0',
    ]);
    expect(Object.keys(faults(variables, file()))).toEqual(['KAFKA_PRINCIPALS /principals']);
  });

  it('must be named where callers of REST sign in, and make no sense without a broker', () => {
    expect(Object.keys(faults({ KAFKA_BROKERS: 'a:9092', AUTH_API_KEYS: '/keys' }))).toEqual([
      'KAFKA_PRINCIPALS',
    ]);
    expect(Object.keys(faults({ KAFKA_PRINCIPALS: '/principals' }))).toEqual(['KAFKA_PRINCIPALS']);
  });
});

describe('secrets', () => {
  it('come from a file as well, but not from both', () => {
    const { url } = load({ DATABASE_URL_FILE: '/run/url', TARGETS: '/targets' }).database;
    expect(url).toBe('postgres://u:p@db/onboarding');
    expect(
      faults({ DATABASE_URL: 'postgres://x', DATABASE_URL_FILE: '/run/url', TARGETS: '/targets' }),
    ).toEqual({
      DATABASE_URL_FILE: 'DATABASE_URL is set as well; set one of the two',
    });
  });

  it('that break the address of the database are said to, and not shown', () => {
    for (const DATABASE_URL of ['postgres://u:hunt#er2@db/x', 'postgres://u:hunter2@db:99999/x']) {
      const { DATABASE_URL: fault, ...others } = faults({ DATABASE_URL, TARGETS: '/targets' });
      expect(others).toEqual({});
      expect(fault).toMatch(/^cannot be read: .*%23 \(#\)/);
      expect(fault).not.toContain('hunt');
    }
    const sockets = ['postgresql:///x?host=/var/run/pg', 'postgres://u:p@/x?host=/var/run/pg'];
    for (const DATABASE_URL of ['postgres://u:a%23b@db/x', ...sockets])
      expect(load({ DATABASE_URL, TARGETS: '/targets' }).database.url).toBe(DATABASE_URL);
  });

  it('never show in a message', () => {
    const message = new ConfigError(
      Object.entries(faults({ TARGETS: '/broken', AUTH_API_KEYS: '/none', GWS_PASSWORD: '' })).map(
        ([setting, detail]) => ({ setting, detail }),
      ),
    ).message;
    expect(message).toContain('TARGETS: /broken is not JSON');
    expect(message).toContain('AUTH_API_KEYS: cannot be read');
    expect(message).not.toContain('hunter2');
  });
});

describe('the targets file', () => {
  const broken = (change: object): Record<string, string> =>
    faults({ TARGETS: '/t' }, { '/t': { targets: [{ ...target, ...change }] } });

  it('gets its defaults and its secrets', () => {
    expect(load({ TARGETS: '/targets' }).targets).toEqual([
      {
        ...target,
        objects: { ...target.objects, baseUrl: 'https://gws.example/api/v2', password: 'gws-secret' },
        security: { ...target.security, token: 'bridge-token' },
        timeoutMs: 15_000,
        maxConcurrent: 16,
        maxPerSecond: 200,
        breaker: { failures: 5, probeAfterMs: 1_000, maxProbeAfterMs: 15_000 },
        baseAccessGroups: [],
        requiredReads: { hosts: true, connections: true, childScripts: false, objects: [] },
        pairRebind: 'rolling',
        settleMs: 5_000,
        lateMs: 5_000,
        singleConnection: singleConnectionTypes,
        verifyEveryMs: 900_000,
        ignore: [],
        conventions: defaultConventions,
      },
    ]);
  });

  it('reads the authority of a channel, and says what is wrong with it', () => {
    const { ca } = makeCertificates();
    const files = (text: string, baseUrl = 'https://bridge.example') => ({
      '/t': { targets: [{ ...target, security: { ...target.security, baseUrl, ca: { file: '/ca' } } }] },
      '/ca': text,
    });
    const security = load({ TARGETS: '/t' }, files(`a comment\n${ca}`)).targets?.[0]?.security;
    expect(security).toMatchObject({ ca: ca.trim() });
    const fault = (text: string, baseUrl?: string) =>
      faults({ TARGETS: '/t' }, files(text, baseUrl))['TARGETS /targets/0/security/ca'];
    expect(fault('no certificate')).toMatch(/has no certificate in PEM/);
    expect(fault(ca.replace('MII', 'AAA'))).toMatch(/cannot be read/);
    expect(fault(ca, 'http://127.0.0.1:9000')).toMatch(/https/);
    expect(broken({ security: { ...target.security, ca: { file: '/nowhere' } } })).toEqual({
      'TARGETS /targets/0/security/ca': '/nowhere cannot be read',
    });
    expect(
      Object.keys(broken({ breaker: { failures: 0, probeAfterMs: 5_000, maxProbeAfterMs: 1_000 } })),
    ).toEqual(['TARGETS /targets/0/breaker/failures', 'TARGETS /targets/0/breaker/probeAfterMs']);
    expect(Object.keys(broken({ breaker: { probeAfterMs: 5_000, maxProbeAfterMs: 1_000 } }))).toEqual([
      'TARGETS /targets/0/breaker/probeAfterMs',
    ]);
  });

  it('has every fault named by pointer, unknown members too', () => {
    expect(
      broken({
        name: 'a/b',
        timeoutMs: '5',
        maxconcurrent: 1,
        objects: { ...target.objects, baseUrl: 'ftp://x', password: {} },
      }),
    ).toEqual({
      'TARGETS /targets/0/name': expect.stringContaining('expected 1 to 63 letters') as string,
      'TARGETS /targets/0/timeoutMs': 'expected number, not a string: write it without quotes',
      'TARGETS /targets/0/maxconcurrent': 'is not a known member. Did you mean "maxConcurrent"?',
      'TARGETS /targets/0/objects/baseUrl': 'expected an http or https URL',
      'TARGETS /targets/0/objects/password': expect.stringContaining('expected { "env"') as string,
    });
  });

  it('may hold a literal secret for a host on loopback only', () => {
    expect(broken({ security: { ...target.security, token: 'literal' } })).toEqual({
      'TARGETS /targets/0/security/token':
        'a secret in the file itself is for hosts on loopback only: use { "env" } or { "file" }',
    });
  });

  it('is refused with secrets and names that no header can carry', () => {
    const secrets = (token: string, username = 'u', password = 'p') => {
      const objects = { ...target.objects, username, password: { file: '/password' } };
      const security = { ...target.security, token: { file: '/token' } };
      const given = { targets: [{ ...target, objects, security }] };
      return faults({ TARGETS: '/t' }, { '/t': given, '/token': token, '/password': password });
    };
    expect(secrets('fits\r\n\n', 'onboarding', 'two words\n')).toEqual({});
    expect(secrets('a\nb', 'u', 'a\tb')).toEqual({
      'TARGETS /targets/0/security/token': 'expected visible ASCII characters without blanks',
      'TARGETS /targets/0/objects/password': 'expected one line without control characters',
    });
    for (const token of ['ends blank ', 'tökén'])
      expect(Object.keys(secrets(token))).toEqual(['TARGETS /targets/0/security/token']);
    for (const username of ['', 'a:b', 'a\nb'])
      expect(Object.keys(secrets('t', username))).toEqual(['TARGETS /targets/0/objects/username']);
  });

  it('has no member twice, and may begin with a byte order mark', () => {
    const text = JSON.stringify({ targets: [{ ...target, timeoutMs: 1_000 }] });
    expect(load({ TARGETS: '/t' }, { '/t': `\uFEFF${text}` }).targets).toHaveLength(1);
    const twice = text.replace('"timeoutMs":1000', '"timeoutMs":1000,"timeoutMs":2000');
    expect(faults({ TARGETS: '/t' }, { '/t': twice })).toEqual({
      'TARGETS /targets/0/timeoutMs': 'stands twice; write it once',
    });
  });

  it('says each fault once, in words of ours', () => {
    expect(
      broken({
        objects: { ...target.objects, baseUrl: 'nowhere' },
        security: { driver: 'sdk' },
        baseAccessGroups: ['Base', ' ', 'Base'],
        verifyEveryMs: -1,
        timeoutMs: 1e20,
      }),
    ).toEqual({
      'TARGETS /targets/0/objects/baseUrl': 'expected an http or https URL',
      'TARGETS /targets/0/security/driver': 'expected one of "bridge"|"manual"',
      'TARGETS /targets/0/baseAccessGroups/1': 'is blank',
      'TARGETS /targets/0/baseAccessGroups/2': 'is the same as the one at 0',
      'TARGETS /targets/0/verifyEveryMs': 'must be at least 0',
      'TARGETS /targets/0/timeoutMs': 'must be at most 300000',
    });
  });

  it('names a secret that is not there', () => {
    expect(
      broken({
        objects: { ...target.objects, password: { env: 'NOBODY_SET_ME' } },
        security: { ...target.security, token: { file: '/none' } },
      }),
    ).toEqual({
      'TARGETS /targets/0/objects/password': 'the environment has no NOBODY_SET_ME',
      'TARGETS /targets/0/security/token': '/none cannot be read',
    });
  });

  it('may have work done by a person, who has half a working day for it', () => {
    const byHand = {
      ...target,
      security: { driver: 'manual' },
      control: { driver: 'manual', assignee: 'ops' },
    };
    const loaded = load({ TARGETS: '/t' }, { '/t': { targets: [byHand] } }).targets?.[0];
    const terms = { dueMs: 14_400_000, remindMs: 3_600_000 };
    expect(loaded?.security).toEqual({ driver: 'manual', assignee: null, ...terms });
    expect(loaded?.control).toEqual({ driver: 'manual', assignee: 'ops', ...terms });
  });

  it('is refused with times for a person that are none, and with members of another driver', () => {
    expect(
      broken({
        security: { driver: 'manual', dueMs: 0 },
        control: { driver: 'manual', baseUrl: 'https://bridge.example' },
      }),
    ).toMatchObject({
      'TARGETS /targets/0/control/baseUrl':
        'is not a known member. Known are "driver", "assignee", "dueMs", "remindMs".',
      'TARGETS /targets/0/security/dueMs': expect.any(String) as string,
    });
  });

  it('names no target twice', () => {
    expect(faults({ TARGETS: '/t' }, { '/t': { targets: [target, target] } })).toEqual({
      'TARGETS /targets/1/name': '"lab" is the name of another target already',
    });
  });

  it('sets the lease to its longest time-out and five seconds', () => {
    const more = { '/t': { targets: [target, { ...target, name: 'slow', timeoutMs: 60_000 }] } };
    expect(load({ TARGETS: '/t' }, more).leaseMs).toBe(65_000);
    expect(load({ TARGETS: '/t', LEASE_MS: '70000' }, more).leaseMs).toBe(70_000);
    expect(Object.keys(faults({ TARGETS: '/t', LEASE_MS: '64999' }, more))).toEqual(['LEASE_MS']);
  });
});

describe('API keys', () => {
  it('open the service to other machines', () => {
    const config = load({ HOST: '0.0.0.0', AUTH_API_KEYS: '/keys' });
    expect(config.auth?.apiKeys).toEqual([{ ...key, sha256: 'ab'.repeat(32) }]);
  });

  it('are refused with every fault by pointer', () => {
    const more = {
      '/k': { keys: [key, { ...key, sha256: 'short', roles: ['boss'] }, { ...key, name: 'other' }] },
    };
    expect(faults({ AUTH_API_KEYS: '/k' }, more)).toEqual({
      'AUTH_API_KEYS /keys/1/sha256': 'expected the SHA-256 of the key as 64 hexadecimal digits',
      'AUTH_API_KEYS /keys/1/roles/0': expect.stringContaining('expected one of "viewer"') as string,
    });
    expect(faults({ AUTH_API_KEYS: '/k' }, { '/k': { keys: [key, { ...key, name: 'other' }] } })).toEqual({
      'AUTH_API_KEYS /keys/1/sha256': "is another caller's key already",
    });
  });
});
