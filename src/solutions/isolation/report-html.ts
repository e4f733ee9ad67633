import type { NamedObject } from '../rules/finding.js';
import { Html, html } from './html.js';
import { objectsOf } from './report-csv.js';
import type { IsolationReport, ReportedServer } from './report.js';

/** More names than these make a line nobody reads; the JSON and the CSV have them all. */
const shownNames = 12;

const style = new Html(`
  :root { color-scheme: light; }
  body { font: 14px/1.45 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
  table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #d5d5d5; }
  th { font-weight: 600; } bdi { white-space: pre-wrap; overflow-wrap: anywhere; }
  .finding { border-left: .3rem solid #8a6d00; padding: .4rem .8rem; margin: .8rem 0; break-inside: avoid; } .error { border-color: #b00020; }
  .finding p { margin: .3rem 0; } .severity { font-weight: 700; text-transform: uppercase; font-size: .8rem; } .quiet { color: #5c5c5c; }
  @media print { body { margin: 0; max-width: none; font-size: 10pt; } thead { display: table-header-group; } tr { break-inside: avoid; } }
`);

/** The report as one page to read and to print: no script, nothing loaded from elsewhere. */
export function reportHtml(report: IsolationReport): string {
  const { target, tenant, at, summary } = report;
  const title = `Isolation of ${tenant.name} on ${target}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <h1>Isolation of tenant ${name(tenant)} on target ${text(target)}</h1>
        <p class="quiet">
          As seen on the target at ${at}.
          ${report.complete ? '' : 'Not everything could be seen: the findings say what.'}
        </p>
        <p>
          ${plural(summary.errors, 'error')} and ${plural(summary.warnings, 'warning')};
          ${plural(summary.solutions, 'solution')}, ${plural(summary.servers, 'Interaction Server')},
          ${plural(summary.businessProcesses, 'Business Process', 'Business Processes')}.
        </p>
        <h2>Findings</h2>
        ${report.findings.length === 0 ? html`<p>None.</p>` : report.findings.map(finding)} ${ignored(report)}
        ${servers(report)} ${shared(report)} ${businessProcesses(report)} ${orphans(report)}
      </body>
    </html> `.text;
}

const finding = (one: IsolationReport['findings'][number]): Html =>
  html`<section class="finding ${one.severity}">
    <h3><span class="severity">${one.severity}</span> ${one.title} <span class="quiet">${one.code}</span></h3>
    <p>${text(one.detail)}</p>
    <p><b>Why it matters:</b> ${one.why}</p>
    <p><b>What to do:</b> ${one.remedy}</p>
    <p class="quiet">
      Objects:
      ${names(objectsOf(one).map((object) => `${object.name} (${object.type}/${object.dbid ?? '–'})`))}
    </p>
  </section> `;

const ignored = ({ ignored: all }: IsolationReport): Html | null =>
  all.length === 0
    ? null
    : table(
        'Known and ignored',
        ['Finding', 'Because'],
        all.map(({ title, detail, ignoredBecause }) => [
          html`${title}: ${text(detail)}`,
          text(ignoredBecause),
        ]),
      );

const servers = ({ servers: all }: IsolationReport): Html =>
  table(
    'Interaction Servers',
    ['Server', 'Backup', 'Runs as', 'Solution', 'Database', 'Reads'],
    all.map(({ server, backup, type, account, solution, databases, reads }) => [
      html`${name(server)}${type === 111 ? null : html` <span class="quiet">type ${type}</span>`}`,
      backup === null ? dash : name(backup),
      account === null ? html`cannot be told` : text(account.name),
      solution === null ? dash : text(solution),
      databases.length === 0 ? dash : names(databases.map((one) => `${one.name} on ${one.server}`)),
      readsOf(reads),
    ]),
  );

const readsOf = (reads: ReportedServer['reads']): Html => {
  if (reads === null) return html`cannot be told`;
  if (reads.length === 0) return html`nothing`;
  return html`${reads.map(({ solution, businessProcesses: n }, i) => html`${i === 0 ? null : ', '}${n} of ${solution === null ? 'no solution' : text(solution)}`)}`;
};

const shared = ({ shared: { servers: of, accounts, databases, dependents } }: IsolationReport): Html =>
  html` ${table(
    'Shared servers',
    ['Server', 'Runs as', 'Reads'],
    of.map(({ server, account, reads }) => [
      name(server),
      account === null ? dash : text(account.name),
      readsOf(reads),
    ]),
  )}
  ${table(
    'Shared accounts',
    ['Account', 'Servers', 'Business Processes'],
    accounts.map(({ account, servers: by, businessProcesses: n }) => [
      name(account),
      names(by.map((one) => one.name)),
      html`${n}`,
    ]),
  )}
  ${table(
    'Shared databases',
    ['Database', 'Servers', 'Database Access Points'],
    databases.map(({ names: called, certain, servers: by, accessPoints }) => [
      html`${names(called)}${certain ? null : html` <span class="quiet">not certain</span>`}`,
      names(by.map((one) => one.name)),
      names(accessPoints.map((one) => one.name)),
    ]),
  )}
  ${table(
    'Shared dependents',
    ['Application', 'Type', 'Connected to'],
    dependents.map(({ application, type, servers: to }) => [
      name(application),
      text(type),
      names(to.map((one) => one.name)),
    ]),
  )}`;

const businessProcesses = ({ businessProcesses: all }: IsolationReport): Html =>
  table(
    'Who reads which Business Process',
    ['Business Process', 'Solution', 'Read by'],
    all.map(({ businessProcess, solution, isNew, readers }) => [
      html`${name(businessProcess)}${isNew ? html` <span class="quiet">new</span>` : null}`,
      solution === null ? dash : text(solution),
      readers.length === 0 ? html`nobody` : names(readers),
    ]),
  );

const orphans = ({ orphans: all }: IsolationReport): Html =>
  table(
    'Objects of ours that belong to nobody',
    ['Object', 'Why', 'Solution', 'Operation', 'Account of'],
    all.map(({ object, reason, key, solution, operation, accountOf }) => [
      html`${name(object)} <span class="quiet">${object.type}/${object.dbid ?? '–'}</span>`,
      text(reason),
      text(key ?? solution),
      text(operation),
      accountOf.length === 0 ? dash : names(accountOf),
    ]),
  );

function table(title: string, header: readonly string[], rows: readonly (readonly Html[])[]): Html {
  if (rows.length === 0)
    return html`<h2>${title}</h2>
      <p>None.</p> `;
  return html`<h2>${title}</h2>
    <table>
      <thead>
        <tr>
          ${header.map((one) => html`<th scope="col">${one}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((one) => html`<td>${one}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table> `;
}

const dash = html`<span class="quiet">–</span>`;

/** Kept apart from what stands around it, whichever way its script runs, with its own blanks and line breaks. */
const text = (of: string): Html => html`<bdi>${of}</bdi>`;

const name = (object: NamedObject): Html => text(object.name);

function names(all: readonly string[]): Html {
  const rest = all.length - shownNames;
  const list = all.slice(0, shownNames).map((one, i) => html`${i === 0 ? null : ', '}${text(one)}`);
  return html`${list}${rest > 0 ? html` <span class="quiet">and ${rest} more</span>` : null}`;
}

const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
