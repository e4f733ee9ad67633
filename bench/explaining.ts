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
  readonly ms: number;
}

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly Node[];
}

const nodesOf = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Explains each statement that goes through it with the values it is sent with, and carries it out, all in one transaction. */
export class Explaining implements Queryable {
  readonly shapes: Shape[] = [];

  constructor(private readonly client: pg.Client) {}

  async query<R extends QueryResultRow>(text: string, values?: unknown[]) {
    await this.client.query('SAVEPOINT before');
    const { rows } = await this.client.query<{ 'QUERY PLAN': [{ Plan: Node; 'Execution Time': number }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
      values,
    );
    await this.client.query('ROLLBACK TO before');
    const [explained] = rows[0]?.['QUERY PLAN'] ?? [];
    if (explained === undefined) throw new Error('no plan');
    this.shapes.push(shapeOf(explained.Plan, explained['Execution Time']));
    return this.client.query<R>(text, values);
  }
}

function shapeOf(plan: Node, ms: number): Shape {
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
        ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1),
    )
    .reduce((sum, one) => sum + one, 0);
  return {
    indexes: [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))].sort(),
    swept: [...new Set(swept.flatMap((node) => node['Relation Name'] ?? []))].sort(),
    rows: Math.round(rows),
    buffers: (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0),
    ms,
  };
}
