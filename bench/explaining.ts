import type pg from 'pg';
import type { QueryResultRow } from 'pg';
import type { Queryable } from '../src/database/database.js';
import { grown } from './full-tables.js';

/** What one statement read, and by which indexes. */
export interface Shape {
  readonly indexes: readonly string[];
  /** Tables that grow and were read from end to end. */
  readonly swept: readonly string[];
  /** Rows that its scans gave, or looked at and left. */
  readonly rows: number;
  /** Pages of 8 kB, hit or read. */
  readonly buffers: number;
}

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly Node[];
}

const nodesOf = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/**
 * Sees the plan by which each statement that goes through it was carried out, as the server itself logs it. `EXPLAIN` of the
 * same text would plan it once more with its values known; the sessions of the service plan without.
 */
export class Explaining implements Queryable {
  readonly shapes: Shape[] = [];
  private readonly heard = (notice: { message?: string | undefined }): void => {
    const [, plan] = /^duration: .* plan:\n(.*)$/s.exec(notice.message ?? '') ?? [];
    if (plan !== undefined) this.shapes.push(shapeOf((JSON.parse(plan) as { Plan: Node }).Plan));
  };

  constructor(private readonly client: pg.Client) {}

  /** A superuser's session. */
  static async prepare(client: pg.Client): Promise<void> {
    await client.query(`
      LOAD 'auto_explain';
      SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on; SET auto_explain.log_buffers = on;
      SET auto_explain.log_timing = off; SET auto_explain.log_format = json; SET auto_explain.log_level = notice`);
  }

  async query<R extends QueryResultRow>(text: string, values?: unknown[]) {
    this.client.on('notice', this.heard);
    try {
      const result = await this.client.query<R>(text, values);
      // A SELECT is over, and is logged, when the next statement comes.
      await this.client.query('SHOW jit');
      return result;
    } finally {
      this.client.off('notice', this.heard);
    }
  }
}

function shapeOf(plan: Node): Shape {
  const nodes = nodesOf(plan);
  const scans = nodes.filter(
    (node) => node['Node Type'].endsWith('Scan') && node['Relation Name'] !== undefined,
  );
  const swept = scans.filter(
    (node) => node['Node Type'] === 'Seq Scan' && grown.includes(node['Relation Name'] ?? ''),
  );
  const rows = scans
    .map(
      (node) =>
        ((node['Actual Rows'] ?? 0) +
          (node['Rows Removed by Filter'] ?? 0) +
          (node['Rows Removed by Index Recheck'] ?? 0)) *
        (node['Actual Loops'] ?? 1),
    )
    .reduce((sum, one) => sum + one, 0);
  return {
    indexes: [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))].sort(),
    swept: [...new Set(swept.flatMap((node) => node['Relation Name'] ?? []))].sort(),
    rows: Math.round(rows),
    buffers: (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0),
  };
}
