/** How to reach the brokers, what the topics are called and how they have to be. */
export interface KafkaSettings {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[];
  /** TLS with Node's certificate authorities, or those in `ca` (PEM). */
  readonly ssl: boolean | { readonly ca: string };
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
  readonly groupId: string;
  readonly topicPrefix: string;
  /** `create`: topics that are missing are created at start; `check`: they must be there. */
  readonly topics: 'create' | 'check';
  /** At least so many of each topic. Undefined: 12 where one is created, any number where it is there. */
  readonly partitions?: number | undefined;
  /** At least so many copies. Undefined: the broker's default where one is created, any number where it is there. */
  readonly replication?: number | undefined;
  /** How long records are kept, in ms, −1 for ever; at least so long where a topic is there. Undefined: as the broker likes. */
  readonly retentionMs?: Partial<Record<keyof TopicNames, number | undefined>> | undefined;
  /** More commands than these waiting are shown in readiness. */
  readonly commandLagLimit?: number | undefined;
}

export interface TopicNames {
  readonly commands: string;
  readonly events: string;
  readonly deadLetters: string;
}

export function topicNames(settings: Pick<KafkaSettings, 'topicPrefix'>): TopicNames {
  const commands = `${settings.topicPrefix}.commands.v1`;
  return { commands, events: `${settings.topicPrefix}.events.v1`, deadLetters: `${commands}.dlq` };
}
