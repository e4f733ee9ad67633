import type { Finding } from '../../saga/action.js';
import { error, listed, namedApplication, warning } from './finding.js';

/** A solution whose Business Processes a server would read with its former account. */
export interface Neighbour {
  readonly server: { readonly name: string; readonly dbid: number };
  readonly tenant: string;
  readonly key: string;
  readonly requireExclusive: boolean;
  readonly reads: readonly string[];
}

/** Sent back, a server reads again what has been kept apart since: an error where that was asked to be exclusive. */
export const neighbourFindings = (neighbours: readonly Neighbour[]): readonly Finding[] =>
  neighbours.map(({ server, tenant, key, requireExclusive, reads }) => {
    const detail = `With its former account "${server.name}" reads Business Processes of the solution "${key}" of tenant "${tenant}": ${listed(reads)}.`;
    return (requireExclusive ? error : warning)('neighbour-readable', detail, namedApplication(server));
  });
