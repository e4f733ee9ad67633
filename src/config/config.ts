import type { ApiKey } from './api-keys.js';
import type { KafkaPrincipal } from './kafka-principals.js';
import type { TargetConfig } from './target-config.js';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const processRoles = ['all', 'api', 'worker'] as const;
/** `api` answers REST and takes commands in, `worker` carries operations on; both relay events. */
export type ProcessRole = (typeof processRoles)[number];

export interface KafkaConfig {
  /** `host:port`. */
  readonly brokers: readonly string[];
  /** `ca` is PEM. */
  readonly ssl: boolean | { readonly ca: string };
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
  readonly groupId: string;
  readonly topicPrefix: string;
  readonly topics: 'create' | 'check';
  /** Undefined: 12 where a topic is created, any number where it is there. */
  readonly partitions: number | undefined;
  /** Undefined: the broker's default. */
  readonly replication: number | undefined;
  /** −1 is for ever; undefined: the broker's default. */
  readonly retentionMs: {
    readonly commands: number | undefined;
    readonly events: number | undefined;
    readonly deadLetters: number | undefined;
  };
  /** More commands than these waiting are shown in readiness. */
  readonly commandLagLimit: number;
  /** Undefined: whoever can write to the topic of commands is requester and operator. */
  readonly principals: readonly KafkaPrincipal[] | undefined;
}

/** All settings, validated and frozen. A class, so that it is its own token. */
export abstract class Config {
  abstract readonly http: { readonly host: string; readonly port: number };
  /** No `url`: the embedded PostgreSQL under `dataDir`. */
  abstract readonly database: { readonly url: string | undefined; readonly dataDir: string };
  abstract readonly kafka: KafkaConfig | undefined;
  /** Undefined: the built-in simulator. */
  abstract readonly targets: readonly TargetConfig[] | undefined;
  abstract readonly leaseMs: number;
  abstract readonly role: ProcessRole;
  /** A maintenance start: the whole service is paused before anything else; with a label once for each label. */
  abstract readonly startPaused: { readonly label: string | null } | null;
  /** For so long after the service was resumed less than everything is carried on at once. */
  abstract readonly resumeRampMs: number;
  abstract readonly logLevel: (typeof logLevels)[number];
  /** Undefined: no sign-in, loopback only. */
  abstract readonly auth: { readonly apiKeys: readonly ApiKey[] } | undefined;
}
