/** How to reach the brokers and what the topics are called. */
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
