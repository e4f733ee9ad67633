import type { Caller } from '../src/http/caller.js';
import { listOperationIds, type OperationFilter } from '../src/solutions/queries/sql/list-operations.sql.js';
import { listSolutions, type SolutionFilter } from '../src/solutions/queries/sql/read-solutions.sql.js';
import { findTasks, type TaskFilter } from '../src/solutions/tasks/sql/find-tasks.sql.js';
import { liveId } from './full-tables.js';
import type { HotStatement } from './hot-statements.js';

/** A caller's scopes, `target/tenant` each. */
const seeing = (...places: string[]): Caller => ({
  name: 'c',
  roles: ['viewer'],
  scopes: places.map((place) => {
    const [target = '', tenant = ''] = place.split('/');
    return { target, tenant };
  }),
});
const everything = seeing('*/*');

interface Page {
  readonly caller?: Caller;
  readonly before?: string;
}
const pageOf = ({ caller = everything, before }: Page) => ({ before: before ?? null, limit: 50, caller });

const operations = (name: string, filter: OperationFilter, page: Page = {}): HotStatement => ({
  name: `list of operations: ${name}`,
  run: (db) => listOperationIds(db, filter, pageOf(page)),
});
const solutions = (name: string, filter: SolutionFilter, page: Page = {}): HotStatement => ({
  name: `list of solutions: ${name}`,
  run: (db) => listSolutions(db, filter, pageOf(page)),
});
const tasks = (name: string, filter: TaskFilter, page: Page = {}): HotStatement => ({
  name: `list of tasks: ${name}`,
  run: (db) => findTasks(db, filter, pageOf(page)),
});

const nobody = { tenant: 'nobody' };
const before = '01000000-0000-7000-8000-000000002000';
const ofOne = { caller: seeing('t/e7') };
const ofTwo = { caller: seeing('t/e7', 't/e8') };
const ofTarget = { caller: seeing('t/*') };
const ofTenant = { caller: seeing('*/e7', 'u/*') };
const ofNothing = { caller: seeing('t/nobody', 'u/*') };

/** The lists with what callers may filter by, alone and together, found or not: what is not there is what a walk would look for longest. */
export const listStatements: readonly HotStatement[] = [
  operations('all', {}),
  operations('all, from a cursor on', {}, { before }),
  operations('all, to a caller of one tenant', {}, ofOne),
  operations('all, to a caller of two', {}, ofTwo),
  operations('all, to a caller of a target', {}, ofTarget),
  operations('all, to a caller of a tenant on every target', {}, ofTenant),
  operations('all, to a caller of what has none', {}, ofNothing),
  operations('of a solution', { solution: liveId(1) }),
  operations('of a solution, completed', { solution: liveId(1), state: 'completed' }, ofTwo),
  operations('running', { state: 'running' }),
  operations('waiting for a task', { state: 'waiting-for-task' }),
  operations('completed', { state: 'completed' }),
  operations('completed, of a tenant that has none', { state: 'completed', ...nobody }),
  operations('failed, of which there are none', { state: 'failed' }),
  operations('running, of a tenant', { state: 'running', tenant: 'e7' }),
  operations('running, to a caller of what has none', { state: 'running' }, ofNothing),
  operations('of a kind', { kind: 'change' }),
  operations('of a kind, from a cursor on', { kind: 'change' }, { before }),
  operations('of a kind that has none', { kind: 'offboarding' }),
  operations('of a kind that has none, of a target', { kind: 'offboarding', target: 't' }),
  operations('of a kind, of a tenant that has none', { kind: 'change', target: 't', tenant: 'e7' }),
  operations('of a kind, to a caller of two that have none', { kind: 'change' }, ofTwo),
  operations('of a kind, completed', { kind: 'change', state: 'completed' }),
  operations('of a kind, running, which there is none of', { kind: 'offboarding', state: 'running' }),
  operations('of the most frequent kind', { kind: 'onboarding' }),
  operations('of a target', { target: 't' }),
  operations('of a target that has none', { target: 'u' }),
  operations('of a tenant', { target: 't', tenant: 'e7' }),
  operations('of a tenant, from a cursor on', { target: 't', tenant: 'e7' }, { before }),
  operations('of a tenant that has none', { target: 't', ...nobody }),
  operations('of a tenant, target left out', nobody),
  operations('of a ticket', { externalReference: 'RITMk77' }),
  operations('of a ticket that has none', { externalReference: 'RITM0' }),
  operations('of a ticket, of a kind that has none', { externalReference: 'RITMk77', kind: 'offboarding' }),
  operations('of a ticket, to a caller of two', { externalReference: 'RITMk77' }, ofTwo),
  solutions('all', {}),
  solutions('all, from a cursor on', {}, { before }),
  solutions('all, to a caller of one tenant', {}, ofOne),
  solutions('all, to a caller of a target', {}, ofTarget),
  solutions('all, to a caller of what has none', {}, ofNothing),
  solutions('of a target', { target: 't' }),
  solutions('of a tenant', { target: 't', tenant: 'e7' }),
  solutions('of a tenant, target left out', nobody),
  solutions('of a key', { key: 'k10101' }),
  solutions('of a key that has none', { key: 'none' }),
  solutions('of a key, of a tenant', { target: 't', tenant: 'e1', key: 'k10101' }),
  solutions('of a key, to a caller of two', { key: 'k10101' }, ofTwo),
  solutions('active', { state: 'active' }),
  solutions('active, of a tenant', { state: 'active', tenant: 'e7' }),
  solutions('onboarding', { state: 'onboarding' }),
  solutions('failed, of which there are none', { state: 'failed' }),
  solutions('failed, to a caller of two', { state: 'failed' }, ofTwo),
  tasks('all', {}),
  tasks('all, from a cursor on', {}, { before }),
  tasks('all, to a caller of one tenant', {}, ofOne),
  tasks('all, to a caller of what has none', {}, ofNothing),
  tasks('open', { state: 'open' }),
  tasks('open, of a tenant', { state: 'open', tenant: 'e7' }),
  tasks('closed', { state: 'closed' }),
  tasks('closed, of a tenant that has none', { state: 'closed', ...nobody }),
  tasks('of an operation', { operation: liveId(1).replace('02', '04') }),
  tasks('of a solution', { solution: liveId(1).replace('02', '04') }, ofTwo),
  tasks('of an assignee', { assignee: 'team' }),
  tasks('of an assignee who has none', { assignee: 'nobody' }),
  tasks('of an assignee, open', { assignee: 'team', state: 'open' }),
  tasks('of an assignee, of a tenant that has none', { assignee: 'team', ...nobody }),
];
