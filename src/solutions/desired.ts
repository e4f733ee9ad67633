import type { Json } from '../saga/json.js';

/** What a solution shall look like on its target; the request with every default filled in. */
export interface Desired {
  readonly [key: string]: Json;
  readonly target: string;
  readonly tenant: string;
  readonly key: string;
  readonly displayName: string;
  /** Name of the primary. */
  readonly interactionServer: string;
  readonly businessProcesses: readonly string[];
  readonly accessGroup: { readonly name: string; readonly accessMask: number };
  readonly person: {
    readonly userName: string;
    readonly employeeId: string;
    readonly firstName: string;
    readonly lastName: string;
  };
  readonly onExisting: 'refuse' | 'adopt';
  readonly isolation: { readonly requireExclusive: boolean };
  readonly restart: {
    readonly mode: 'rolling' | 'together';
    readonly stopMode: 'graceful' | 'forced' | 'graceful-then-forced';
    readonly startAfter: 'as-found' | 'running' | 'stopped';
  };
}
