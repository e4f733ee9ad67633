import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { named } from '../rules/finding.js';
import { process, shared, solution, tenant } from '../testing/tenant.js';
import { application } from '../testing/world.js';
import { cell, csv } from './csv.js';
import { escaped, html } from './html.js';
import { isolationReport } from './report.js';
import { reportCsv, reportTables } from './report-csv.js';
import { reportHtml } from './report-html.js';

/** What somebody who may create objects can put into the report of somebody else. */
const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'it\'s & it "is"',
  '=HYPERLINK("http://evil.example","click")',
  "+1+cmd|' /C calc'!A0",
  '-2+3',
  '@SUM(1)',
  '\t=1+1',
  '  =1+1',
  '\uff1d1+1',
  'two\nlines',
  'carriage\r\nreturn',
  'a,b;c',
  'Ärzte-Chat 医療 🩺',
  '\u202eevil',
  '0042',
  'a/b\\c',
  'nul\u0000byte',
  '${7*7}{{7*7}}',
];

const report = (() => {
  const businessProcesses = hostile.map((name, i) => process(201 + i, name));
  const servers = hostile.map((name, i) => application(301 + i, `IxnServer ${name}`, 111));
  const facts = tenant({
    tenant: { ...named(7, hostile[1] ?? ''), dbid: 1 },
    applications: servers,
    businessProcesses,
    solutions: hostile.map((name, i) =>
      solution(String(i), { businessProcesses: [name], displayName: name }),
    ),
    readers: [
      shared(
        servers.map(({ name }) => name),
        businessProcesses,
      ),
    ],
    marked: hostile.map((name, i) => ({
      object: named(3, name, 401 + i),
      mark: { solution: name, operation: name },
    })),
  });
  return isolationReport('lab', facts, new Date('2026-12-01T20:00:00Z'));
})();

/** A reader of RFC 4180 of its own. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, value = '', end = ''] of text.matchAll(/"((?:[^"]|"")*)"(,|\r\n)/gy)) {
    row.push(value.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe('a cell', () => {
  it.each(hostile.filter((name) => /^[\s]*[=+\-@\uff1d]/.test(name)))('is never a formula: %j', (name) => {
    expect(parse(`${cell(name)}\r\n`)).toEqual([[`'${name}`]]);
  });

  it('comes back as it went in, but for the apostrophe in front of a formula', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const [[found] = []] = parse(`${cell(value)}\r\n`);
        expect([value, `'${value}`]).toContain(found);
      }),
    );
  });

  it('of a number is the number, negative ones too', () => {
    expect(csv(['n'], [[-1], [null], [true]])).toBe('"n"\r\n"-1"\r\n""\r\n"true"\r\n');
  });
});

describe('the report as CSV', () => {
  it.each(reportTables)('has rows as long as its header, in the table %s', (table) => {
    const text = reportCsv(report, table);
    const rows = parse(text);
    expect(rows.map((row) => row.map(() => '').join(','))).toEqual(
      rows.map(() => rows[0]?.map(() => '').join(',')),
    );
    expect(rows.length).toBeGreaterThan(hostile.length);
  });

  it('has every object that a finding names, once', () => {
    const rows = parse(reportCsv(report, 'findings')).filter(([, code]) => code === 'shared-account');
    expect(rows.map((row) => row[5]).sort()).toEqual(
      ['SYSTEM', ...hostile.map((name) => (/^[\s\t]*[=+\-@\uff1d]/.test(name) ? `'${name}` : name))].sort(),
    );
  });
});

describe('the report as a page', () => {
  const page = reportHtml(report);

  it('has no markup but its own', () => {
    expect(page).not.toMatch(/<script|<img|onerror=alert\(1\)>/i);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(new Set(page.match(/<[a-z0-9]+/g))).toEqual(
      new Set(
        'html head meta title style body h1 h2 h3 p b span bdi section table thead tr th tbody td'
          .split(' ')
          .map((name) => `<${name}`),
      ),
    );
  });

  it('has no character that a document may not hold, and loads nothing', () => {
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    expect(page).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    expect(page).not.toMatch(/<[^>]*(?:src|href)=/);
    expect(page.startsWith('<!doctype html>')).toBe(true);
  });

  it('says of each finding why it matters and what to do', () => {
    for (const { why, remedy } of report.findings) {
      expect(why).not.toBe('');
      expect(page).toContain(escaped(why));
      expect(page).toContain(escaped(remedy));
    }
  });
});

describe('html', () => {
  it('escapes every value that is not HTML already', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const { text } = html`<p title="${value}">${html`<b>${value}</b>`}${[value, null, 1]}</p>`;
        expect(text.match(/[<>]/g)).toHaveLength(8);
        expect(text.match(/"/g)).toHaveLength(2);
      }),
    );
  });
});
