/** Every event there is, without prefix and version; what they mean stands in the contract for consumers. */
export type EventName =
  | `operation.${'accepted' | 'started' | 'completed' | 'compensating' | 'failed' | 'cancelled' | 'abandoned' | 'paused' | 'resumed'}`
  | `operation.${'needs-attention' | 'waiting-for-task' | 'awaiting-approval' | 'verb-applied' | 'verb-dropped' | 'service-down' | 'service-restored'}`
  | `step.${'completed' | 'failed' | 'undone' | 'skipped'}`
  | `solution.${'drifted' | 'verified'}`
  | 'command.refused';

export type EventType = `solution-onboarding.${EventName}.v1`;

export function eventType(name: EventName): EventType {
  return `solution-onboarding.${name}.v1`;
}

/** The source of events about a solution; the scope of their sequence. */
export function solutionSource(solutionId: string): string {
  return `/solutions/${solutionId}`;
}

/** The source of `command.refused`: it concerns no solution and has no sequence. */
export const COMMANDS_SOURCE = '/commands';

/** The key of every record about a solution, and so the unit of order on the broker. */
export function partitionKeyOf(identity: { target: string; tenant: string; key: string }): string {
  return `${identity.target}/${identity.tenant}/${identity.key}`;
}

/** An event as whoever causes it hands it over. Id, sequence and cursor are given by the database. */
export interface NewEvent {
  readonly type: EventType;
  readonly source: string;
  readonly subject?: string | null;
  /** null: no sequence is counted for it. */
  readonly solutionId: string | null;
  readonly operationId: string | null;
  readonly partitionKey: string;
  readonly correlationId?: string | null;
  /** Id of the command that caused it. */
  readonly causationId?: string | null;
  /** Serialised as JSON here, so later changes to the object are not seen. */
  readonly data: unknown;
}
