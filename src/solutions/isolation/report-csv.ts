import type { NamedObject } from '../rules/finding.js';
import { csv } from './csv.js';
import type { IsolationReport } from './report.js';

export const reportTables = ['findings', 'servers', 'business-processes', 'orphans'] as const;
export type ReportTable = (typeof reportTables)[number];

/** One table of the report, for spreadsheets. Several names in one cell stand on lines of their own. */
export function reportCsv(report: IsolationReport, table: ReportTable): string {
  switch (table) {
    case 'findings':
      return findings(report);
    case 'servers':
      return servers(report);
    case 'business-processes':
      return csv(
        ['name', 'dbid', 'solution', 'new', 'read_by'],
        report.businessProcesses.map(({ businessProcess: { name, dbid }, solution, isNew, readers }) => [
          name,
          dbid,
          solution,
          isNew,
          readers.join('\n'),
        ]),
      );
    case 'orphans':
      return csv(
        ['type', 'name', 'dbid', 'reason', 'solution_key', 'solution', 'operation', 'account_of'],
        report.orphans.map(({ object, reason, key, solution, operation, accountOf }) => [
          ...cellsOf(object),
          reason,
          key,
          solution,
          operation,
          accountOf.join('\n'),
        ]),
      );
  }
}

/** A finding has a row for each object it names, so that a table can be filtered by object. */
const findings = ({ findings: open, ignored }: IsolationReport): string =>
  csv(
    ['severity', 'code', 'title', 'detail', 'type', 'name', 'dbid', 'why', 'remedy', 'ignored_because'],
    [...open.map((finding) => ({ ...finding, ignoredBecause: null })), ...ignored].flatMap((finding) => {
      const { severity, code, title, detail, why, remedy } = finding;
      const objects = objectsOf(finding);
      return (objects.length === 0 ? [null] : objects).map((object) => [
        severity,
        code,
        title,
        detail,
        ...cellsOf(object),
        why,
        remedy,
        finding.ignoredBecause,
      ]);
    }),
  );

/** All that a finding names. */
export function objectsOf({
  object,
  objects,
}: Pick<IsolationReport['findings'][number], 'object'> & {
  readonly objects?: unknown;
}): readonly NamedObject[] {
  const named = [object, ...((objects as readonly unknown[] | undefined) ?? [])].filter(isNamed);
  const seen = new Set<string>();
  return named.filter(({ type, name, dbid }) => {
    const key = JSON.stringify([type, name, dbid]);
    return !seen.has(key) && seen.add(key);
  });
}

const isNamed = (value: unknown): value is NamedObject =>
  typeof value === 'object' && value !== null && 'name' in value && 'type' in value;

const servers = ({ servers: all }: IsolationReport): string =>
  csv(
    [
      'name',
      'dbid',
      'type',
      'backup',
      'account',
      'solution',
      'databases',
      'own',
      'of_other_solutions',
      'of_nobody',
    ],
    all.map(({ server, type, backup, account, solution, databases, reads }) => {
      const sum = (is: (key: string | null) => boolean): number | null =>
        reads
          ?.filter((one) => is(one.solution))
          .reduce((all, { businessProcesses }) => all + businessProcesses, 0) ?? null;
      return [
        server.name,
        server.dbid,
        type,
        backup?.name ?? null,
        account?.name ?? null,
        solution,
        databases.map((database) => `${database.name} (${database.server})`).join('\n'),
        sum((key) => key !== null && key === solution),
        sum((key) => key !== null && key !== solution),
        sum((key) => key === null),
      ];
    }),
  );

const cellsOf = (object: NamedObject | null): [number | null, string | null, number | null] => [
  object?.type ?? null,
  object?.name ?? null,
  object?.dbid ?? null,
];
