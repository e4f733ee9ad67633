/* eslint-disable @typescript-eslint/no-unsafe-assignment -- answers are looked at as JSON */
import { describe, expect, it } from 'vitest';
import type { ManualSettings, TargetConfig } from '../../src/config/target-config.js';
import { eventPageSchema } from '../../src/solutions/api-schemas.js';
import type { Api, Operation } from './api.js';
import { startApi } from './api.js';
import type { Task } from './person.js';
import { Person } from './person.js';

const manual: ManualSettings = {
  driver: 'manual',
  assignee: 'platform team',
  dueMs: 60_000,
  remindMs: 60_000,
};
const retail = {
  tenant: 'Environment',
  key: 'retail-email',
  interactionServer: 'IxnServer_Retail',
  businessProcesses: ['Retail Inbound', 'Retail Outbound'],
};

async function begin(target: Partial<TargetConfig>, wanted: object = retail) {
  const api = await startApi({ runner: true, target });
  const before = await world(api);
  const { body } = await api.http.post('/v1/solutions').send(wanted).expect(202);
  const { href, solution } = body as { href: string; solution: { href: string } };
  return { api, person: new Person(api), href, solution, before };
}

const world = async (api: Api): Promise<unknown> =>
  (await fetch(`${api.simulator.url}/simulator/world`)).json();

const asked = (task: Task, kind: string): boolean => task.instructions.some((one) => one.kind === kind);

/** The first task, which is about the entries on the Business Processes. */
async function firstTask({ person, href }: { person: Person; href: string }) {
  const operation = await person.standing(href);
  expect(operation).toMatchObject({ state: 'waiting-for-task', waitingFor: { reason: 'task' } });
  return person.task(operation.waitingFor?.task ?? '');
}

const post = (api: Api, operation: { href: string }, verb: string, body: object) =>
  api.http.post(`${operation.href}/${verb}`).send(body);

async function answers(api: Api, { id }: Operation, word: string) {
  const { events } = eventPageSchema.parse((await api.http.get(`/v1/events?operation=${id}&limit=500`)).body);
  return events.filter(({ type }) => type === `solution-onboarding.operation.${word}.v1`);
}

const error = ({ error: found }: Operation) => (found as { code?: string } | null)?.code ?? null;

describe('An onboarding where permissions and accounts are the work of a person', () => {
  it('waits with a task for each stage, ends as everywhere else, and stays unverified and says why', async () => {
    const run = await begin({ security: manual });
    const { api, person, href, solution } = run;
    const first = await firstTask(run);
    expect(first).toMatchObject({
      state: 'open',
      step: 'link-access-group',
      direction: 'forward',
      assignee: 'platform team',
      overdue: false,
      lastCheck: { objects: [{ found: 'cannot-tell' }, { found: 'cannot-tell' }] },
    });
    expect(Date.parse(first.dueAt) - Date.parse(first.openedAt)).toBe(60_000);
    const [clicks] = first.instructions;
    expect(clicks?.summary).toMatch(
      /Give the access group .* Read and Execute, and nothing else, on .*"Retail Inbound"/,
    );
    expect(clicks?.configurationManager.join('\n')).toMatch(/tab Security press Permissions/);
    expect(clicks?.genesysAdministrator.join('\n')).toMatch(/Provisioning > Routing/);
    expect(first.recordBefore).toMatchObject([{ required: false, expected: null }, { required: false }]);

    const ended = await person.workUntilDone(href);
    expect([ended.state, error(ended)]).toEqual(['completed', null]);
    expect(person.done).toEqual([
      'grant Retail Inbound',
      'grant Retail Outbound',
      'grant IxnServer_Retail',
      'grant IxnServer_Retail_B',
      'set-account IxnServer_Retail_B',
      'set-account IxnServer_Retail',
    ]);
    const { body: tasks } = await api.http.get(
      `/v1/tasks?state=closed&operation=${ended.id}&target=lab&tenant=Environment`,
    );
    const [last, , , entries] = (tasks as { items: Task[] }).items;
    // The account shows through the objects API, with EVERYONE as the control; entries show nowhere.
    expect(last?.lastCheck?.objects).toMatchObject([{ found: 'after' }]);
    expect(entries).toMatchObject({ outcome: 'done', evidence: 'CHG0042', reportedBy: 'local' });
    const verified = await api.http.post(`${solution.href}/verify`).expect(200);
    expect(verified.body).toMatchObject({ isolation: { state: 'unverified' }, drift: [] });
    const codes = (verified.body as { findings: { code: string }[] }).findings.map(({ code }) => code);
    expect(codes).toContain('rights-unseen');
    expect((await api.http.get(solution.href)).body).toMatchObject({
      state: 'active',
      isolation: { state: 'unverified' },
    });
  });

  it("shows in its plan which effects are a person's, and has no others", async () => {
    const api = await startApi({ runner: true, target: { security: manual } });
    const { body } = await api.http.post('/v1/solutions?validate_only=true').send(retail).expect(200);
    const plan = body as { actions: { kind: string; byHand?: true }[]; findings: { code: string }[] };
    expect(plan.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['work-by-hand', 'rights-unseen']),
    );
    const kinds = (byHand: boolean) =>
      [
        ...new Set(plan.actions.filter((one) => (one.byHand ?? false) === byHand).map(({ kind }) => kind)),
      ].sort();
    expect(kinds(true)).toEqual(['grant', 'set-account']);
    expect(kinds(false)).toEqual(['add-member', 'create', 'start', 'stop', 'switch-over']);
    const accepted = await api.http.post('/v1/solutions').send(retail).expect(202);
    const { href } = accepted.body as { href: string };
    const ended = await new Person(api).workUntilDone(href);
    const done = ended.steps.flatMap(({ actions = [] }) => actions.map(({ kind }) => kind));
    expect(done).toEqual(plan.actions.map(({ kind }) => kind));
  });

  it('asks for the outcome before a cancel takes effect, and hands out what has to be taken back', async () => {
    const run = await begin({ security: manual });
    const { api, person, href, before } = run;
    const standing = await person.workUntilDone(href, (task) => asked(task, 'set-account'));
    const operation = await post(api, standing, 'cancel', { reason: 'wrong server' }).expect(200);
    expect(operation.body).toMatchObject({ requestedVerb: { verb: 'cancel' } });
    await expect
      .poll(async () => (await person.standing(href)).waitingFor?.detail)
      .toContain('begin nothing more');
    const open = await person.task(standing.waitingFor?.task ?? '');
    expect(open.notes.join(' ')).toContain('Cancelled by local');
    await person.report(open, await person.work(open));
    const ended = await person.workUntilDone(href);
    expect([ended.state, ended.leftBehind]).toEqual(['cancelled', []]);
    // Entries and accounts: what a person says, as far as nobody has seen it.
    expect(ended.summary).toMatch(
      /^cancelled; .* as far as can be seen; \d+ actions rest on what a person has reported$/,
    );
    // The last four are the undo, in reverse.
    expect(person.done.slice(5)).toEqual([
      'set-account IxnServer_Retail_B',
      'grant IxnServer_Retail_B',
      'grant IxnServer_Retail',
      'grant Retail Outbound',
      'grant Retail Inbound',
    ]);
    expect(await world(api)).toEqual(before);
  });

  it('tells whoever waits with a cancel that somebody gave everything up: over Kafka by the ids of the command', async () => {
    const run = await begin({ security: manual });
    const { api, person, href } = run;
    await firstTask(run);
    const identity = { target: 'lab', tenant: 'Environment', key: 'retail-email' };
    const cancel = {
      source: '/tickets',
      id: 'CANCEL-1',
      type: 'solution-onboarding.command.operation.cancel.v1',
      time: new Date(),
      correlationId: 'RITM7',
      traceparent: null,
      partitionKey: 'lab/Environment/retail-email',
      data: { ...identity, reason: 'not wanted' },
    };
    expect(await api.inbox.handle([cancel])).toMatchObject([{ outcome: 'accepted' }]);
    const standing = await person.standing(href);
    await post(api, standing, 'abandon', { reason: 'nobody is there' }).expect(200);
    expect((await api.ended(href)).state).toBe('abandoned');
    await expect
      .poll(() => answers(api, standing, 'verb-dropped'))
      .toMatchObject([
        {
          causationid: 'CANCEL-1',
          correlationid: 'RITM7',
          data: {
            verb: 'cancel',
            by: 'kafka:/tickets',
            reason: 'not wanted',
            why: '"abandon" by local took its place.',
          },
        },
      ]);
    expect(await answers(api, standing, 'verb-applied')).toMatchObject([{ data: { verb: 'abandon' } }]);
  });

  it('tells a caller over REST the same, in the feed of the operation', async () => {
    const run = await begin({ security: manual });
    const { api, person, href } = run;
    await firstTask(run);
    const standing = await person.standing(href);
    await post(api, standing, 'cancel', { reason: 'not wanted' }).expect(200);
    await post(api, standing, 'abandon', { reason: 'nobody is there' }).expect(200);
    expect((await api.ended(href)).requestedVerb).toBeNull();
    await expect
      .poll(() => answers(api, standing, 'verb-dropped'))
      .toMatchObject([{ data: { verb: 'cancel', by: 'local', id: standing.id } }]);
  });

  it('asks once more where the target shows that a report is not true', async () => {
    const run = await begin({ security: manual });
    const { person, href } = run;
    const standing = await person.workUntilDone(href, (task) => asked(task, 'set-account'));
    const task = await person.task(standing.waitingFor?.task ?? '');
    await person.report(task, [{ type: 21, dbid: 98 }]);
    await expect.poll(async () => (await person.standing(href)).waitingFor?.task).not.toBe(task.id);
    expect(await person.task(task.id)).toMatchObject({
      outcome: 'done',
      lastCheck: { objects: [{ found: 'before' }] },
    });
    const ended = await person.workUntilDone(href);
    expect(ended.state).toBe('completed');
  });

  it('restores the service by itself, and asks for the rest, when the person cannot set the account', async () => {
    const run = await begin({ security: manual });
    const { api, person, href, before } = run;
    const standing = await person.workUntilDone(href, (task) => asked(task, 'set-account'));
    const task = standing.waitingFor?.task;
    await post(api, standing, 'complete-task', { task, outcome: 'not-done', evidence: 'no right' }).expect(
      200,
    );
    const ended = await person.workUntilDone(href);
    expect([ended.state, error(ended)]).toEqual(['failed', 'task-not-done']);
    expect(await world(api)).toEqual(before);
  });
});

describe('A report that is wrong', () => {
  it('is refused with what is wrong, and the task stays open', async () => {
    const run = await begin({ security: manual });
    const { api } = run;
    const task = await firstTask(run);
    const operation = { href: run.href };
    const tell = async (body: object, status: number) => {
      const answer = await post(api, operation, 'complete-task', body).expect(status);
      return answer.body as { code: string; errors?: { pointer: string; detail: string }[] };
    };
    const said = { task: task.id, evidence: 'CHG0042' };
    const results = (task.report?.body as { results: { outcome: string }[] }).results;
    const pointers = async (body: object) => (await tell(body, 400)).errors?.map(({ pointer }) => pointer);
    expect(await pointers({ evidence: 'x' })).toEqual(['/task', '/outcome']);
    expect(await pointers({ ...said, outcome: 'finished' })).toEqual(['/outcome']);
    const misplaced = [...results, { object: { type: 12, name: 'Claims Intake' }, outcome: 'done' }];
    expect(await pointers({ task: task.id, outcome: 'done', results: misplaced })).toEqual([
      '/reason',
      '/results/2/object',
    ]);
    expect(await pointers({ results: misplaced })).toEqual([
      '/reason',
      '/task',
      '/outcome',
      '/results/2/object',
    ]);
    expect(await pointers({ outcome: 'finished', evidnce: 'x' })).toEqual([
      '/outcome',
      '/evidnce',
      '/reason',
      '/task',
    ]);
    expect(await pointers({ ...said, outcome: 'done', results: results.slice(1) })).toEqual(['/results']);
    expect(await pointers({ ...said, outcome: 'partly', results })).toEqual(['/outcome']);
    expect(await pointers({ ...said, outcome: 'done', results: [...results, results[0]] })).toEqual([
      '/results/2/object',
    ]);
    const stranger = { object: { type: 12, name: 'Claims Intake' }, outcome: 'done' };
    expect(await pointers({ ...said, outcome: 'done', results: [...results, stranger] })).toEqual([
      '/results/2/object',
    ]);
    const misread = results.map((result) => ({ ...result, before: 'Read' }));
    expect(await pointers({ ...said, outcome: 'done', results: misread })).toEqual([
      '/results/0/before',
      '/results/1/before',
    ]);
    expect((await tell({ ...said, task: run.href.split('/').at(-1), outcome: 'done' }, 409)).code).toBe(
      'task-not-open',
    );
    expect((await firstTask(run)).id).toBe(task.id);
  });

  it('is refused when the task has been reported, and when the operation has ended', async () => {
    const run = await begin({ security: manual });
    const { api, person, href } = run;
    const task = await firstTask(run);
    await person.report(task, await person.work(task));
    const again = { task: task.id, outcome: 'done', evidence: 'CHG0042' };
    const standing = await person.workUntilDone(href, (next) => next.id !== task.id);
    const refused = await post(api, standing, 'complete-task', again).expect(409);
    expect(refused.body).toMatchObject({ code: 'task-not-open', task: standing.waitingFor?.task });
    const ended = await person.workUntilDone(href);
    const late = await post(api, ended, 'complete-task', again).expect(409);
    expect(late.body).toMatchObject({ code: 'verb-not-possible' });
    await api.http.get(`/v1/tasks/${ended.id}`).expect(404);
  });
});

describe('An onboarding where servers are the work of a person, too', () => {
  it('takes them to run, and lets the person write down how they were', async () => {
    const run = await begin({ security: manual, control: { ...manual, assignee: 'operations' } });
    const { person, href } = run;
    const standing = await person.workUntilDone(href, (task) => asked(task, 'stop'));
    const stop = await person.task(standing.waitingFor?.task ?? '');
    expect(stop).toMatchObject({ assignee: 'operations', recordBefore: [{ required: true }] });
    // Nobody sees run modes: who stops the backup makes sure that the other one serves.
    expect(stop.instructions[0]?.genesysAdministrator.join(' ')).toContain(
      'See that "IxnServer_Retail" is Started',
    );
    const guess = { task: stop.id, outcome: 'done', evidence: 'CHG0042' };
    const refused = await post(run.api, standing, 'complete-task', guess).expect(400);
    expect(refused.body).toMatchObject({ errors: [{ pointer: '/results' }] });
    const ended = await person.workUntilDone(href);
    expect([ended.state, error(ended)]).toEqual(['completed', null]);
    expect(person.done.slice(4)).toEqual([
      'stop IxnServer_Retail_B',
      'set-account IxnServer_Retail_B',
      'start IxnServer_Retail_B',
      'switch-over IxnServer_Retail_B',
      'stop IxnServer_Retail',
      'set-account IxnServer_Retail',
      'start IxnServer_Retail',
    ]);
    const codes = ended.steps.flatMap(({ findings = [] }) =>
      (findings as { code: string }[]).map(({ code }) => code),
    );
    expect(codes).toContain('state-unseen');
  });

  it('is undone to the last entry and server when it is cancelled half-way', async () => {
    const run = await begin({ security: manual, control: manual });
    const { api, person, href, before } = run;
    const standing = await person.workUntilDone(href, (task) => asked(task, 'switch-over'));
    await post(api, standing, 'cancel', { reason: 'wrong night' }).expect(200);
    await expect
      .poll(async () => (await person.standing(href)).waitingFor?.detail)
      .toContain('begin nothing more');
    const task = standing.waitingFor?.task;
    await post(api, standing, 'complete-task', { task, outcome: 'not-done', evidence: 'not begun' }).expect(
      200,
    );
    const ended = await person.workUntilDone(href);
    expect(ended.state).toBe('cancelled');
    expect(await world(api)).toEqual(before);
  });
});

describe('A task', () => {
  it('is reminded of when it is overdue, by an event, and shows as overdue', async () => {
    const run = await begin({ security: { ...manual, dueMs: 50, remindMs: 50 } });
    const { api } = run;
    const task = await firstTask(run);
    const told = async () => {
      const { body } = await api.http.get(`/v1/events?operation=${task.operation}&limit=500`);
      const { events } = body as { events: { type: string; data: Record<string, unknown> }[] };
      return events.filter(({ type }) => type === 'solution-onboarding.operation.waiting-for-task.v1');
    };
    await expect.poll(async () => (await told()).length, { timeout: 20_000 }).toBeGreaterThan(2);
    const [first, second] = await told();
    expect(first?.data).toMatchObject({ task: task.id, dueAt: task.dueAt, state: 'waiting-for-task' });
    expect(second?.data).toMatchObject({ task: task.id, reminder: 'overdue' });
    expect(await firstTask(run)).toMatchObject({ id: task.id, state: 'open', overdue: true });
  });

  it('may be reported over Kafka, by the same rules', async () => {
    const run = await begin({ security: manual });
    const { api, person, href } = run;
    const task = await firstTask(run);
    await person.work(task);
    const command = (id: string, outcome: string) => ({
      source: '/tickets',
      id,
      type: 'solution-onboarding.command.operation.complete-task.v1',
      time: new Date(),
      correlationId: null,
      traceparent: null,
      partitionKey: 'lab/Environment/retail-email',
      data: { operationId: task.operation, task: task.id, outcome, evidence: 'CHG0042' },
    });
    const handled = await api.inbox.handle([command('m-1', 'finished'), command('m-2', 'done')]);
    expect(handled.map(({ outcome }) => outcome)).toEqual(['refused', 'accepted']);
    expect((await person.workUntilDone(href, (next) => next.id === task.id)).state).toBe('completed');
    expect(await person.task(task.id)).toMatchObject({ outcome: 'done', reportedBy: 'kafka:/tickets' });
  });
});

describe('Where the objects API does not show the account of a server', () => {
  it('the person writes down the former one, and it is what an undo goes back to', async () => {
    const api = await startApi({ runner: true, target: { security: manual } });
    const person = new Person(api);
    const servers = await blindFor(api, person, ['IxnServer_Retail', 'IxnServer_Retail_B']);
    const before = await world(api);
    const { body } = await api.http.post('/v1/solutions').send(retail).expect(202);
    const { href } = body as { href: string };
    const standing = await person.workUntilDone(href, (task) => asked(task, 'set-account'));
    const task = await person.task(standing.waitingFor?.task ?? '');
    expect(task).toMatchObject({
      recordBefore: [{ required: true, question: expect.stringContaining('Log On As') as string }],
      lastCheck: { objects: [{ found: 'cannot-tell' }] },
    });
    const lacking = { task: task.id, outcome: 'done', evidence: 'CHG0042' };
    await post(api, standing, 'complete-task', lacking).expect(400);
    await post(api, standing, 'cancel', { reason: 'wrong server' }).expect(200);
    await person.work(task);
    const results = [{ object: { type: 9, dbid: servers[1] }, before: 'SYSTEM', outcome: 'done' }];
    await post(api, standing, 'complete-task', { ...lacking, results }).expect(200);
    const ended = await person.workUntilDone(href);
    expect([ended.state, ended.leftBehind]).toEqual(['cancelled', []]);
    expect(await world(api)).toEqual(before);
  });

  it('an offboarding asks for it, too, before it deletes anything', async () => {
    const run = await begin({ security: manual });
    const { api, person, href, solution } = run;
    expect((await person.workUntilDone(href)).state).toBe('completed');
    await blindFor(api, person, ['IxnServer_Retail', 'IxnServer_Retail_B']);
    const { body } = await api.http.delete(solution.href).send({ serverAfter: 'former' }).expect(202);
    const ended = await person.workUntilDone((body as { href: string }).href);
    expect([ended.state, error(ended)]).toEqual(['completed', null]);
    const set = person.done.filter((one) => one.startsWith('set-account'));
    expect(set).toHaveLength(4);
  });
});

/** Takes the right to read permissions of these applications away from everybody, without which the filter shows nothing. */
async function blindFor(api: Api, person: Person, names: readonly string[]): Promise<number[]> {
  const { objects } = (await world(api)) as {
    objects: { type: number; dbid: number; name: string }[];
  };
  const dbids = names.map((name) => objects.find((one) => one.type === 9 && one.name === name)?.dbid ?? 0);
  for (const dbid of dbids) {
    const { entries } = (await person.bridge('GET', `/v1/acl/9/${dbid}`)) as {
      entries: { accessMask: number }[];
    };
    const blind = entries.map((entry) => ({ ...entry, accessMask: entry.accessMask & ~32 }));
    await person.bridge('PUT', `/v1/acl/9/${dbid}`, { entries: blind, recursive: false });
  }
  return dbids;
}

describe('Ending a solution where a person does part of the work', () => {
  it('takes everything out, with a task for each stage', async () => {
    const run = await begin({ security: manual, control: manual });
    const { api, person, href, solution } = run;
    expect((await person.workUntilDone(href)).state).toBe('completed');
    const { body } = await api.http.delete(solution.href).send({ serverAfter: 'former' }).expect(202);
    const ended = await person.workUntilDone((body as { href: string }).href);
    expect([ended.state, error(ended)]).toEqual(['completed', null]);
    expect((await api.http.get(solution.href)).body).toMatchObject({ state: 'offboarded' });
  });

  it('changes its Business Processes', async () => {
    const run = await begin({ security: manual });
    const { api, person, href, solution } = run;
    expect((await person.workUntilDone(href)).state).toBe('completed');
    const businessProcesses = ['Retail Inbound', 'Retail Complaints'];
    const { body } = await api.http.patch(solution.href).send({ businessProcesses }).expect(202);
    const ended = await person.workUntilDone((body as { href: string }).href);
    expect([ended.state, error(ended)]).toEqual(['completed', null]);
    expect(person.done.slice(6)).toEqual(['grant Retail Complaints', 'revoke Retail Outbound']);
  });
});
