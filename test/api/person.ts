/* eslint-disable @typescript-eslint/no-unsafe-assignment -- answers are looked at as JSON */
import type * as z from 'zod';
import type { operationSchema, taskSchema } from '../../src/solutions/api-schemas.js';
import type { Api, Operation } from './api.js';

export type Task = z.infer<typeof taskSchema>;
type Instruction = Task['instructions'][number];
interface Named {
  readonly type: number;
  readonly name: string;
  readonly dbid: number;
}

/** Somebody with Configuration Manager and Solution Control Interface: works tasks on the simulated platform, by its bridge. */
export class Person {
  /** What was done, in order: kind and object. */
  readonly done: string[] = [];

  /** @param api where the service answers, and the platform */
  constructor(private readonly api: Pick<Api, 'http' | 'simulator'>) {}

  async task(id: string): Promise<Task> {
    return (await this.api.http.get(`/v1/tasks/${id}`).expect(200)).body as Task;
  }

  /** Works every task until the operation waits for none any more. @param stop what to leave alone, and the task with it */
  async workUntilDone(href: string, stop: (task: Task) => boolean = () => false): Promise<Operation> {
    for (let turns = 0; turns < 60; turns += 1) {
      const operation = await this.standing(href);
      const id = operation.waitingFor?.task;
      if (operation.state !== 'waiting-for-task' || id === undefined) return operation;
      const task = await this.task(id);
      if (stop(task)) return operation;
      await this.report(task, await this.work(task));
    }
    throw new Error('there is no end to the tasks');
  }

  /** The operation once it stands still: with a task, parked or at its end. */
  async standing(href: string): Promise<Operation> {
    for (let turns = 0; turns < 60; turns += 1) {
      const { body } = await this.api.http.get(href).set('prefer', 'wait=1').expect(200);
      const operation = body as z.infer<typeof operationSchema>;
      if (!['queued', 'running', 'compensating'].includes(operation.state)) return operation;
    }
    throw new Error('it does not stand still');
  }

  /** Does what the task says. @returns what was there before each of it */
  async work(task: Task): Promise<unknown[]> {
    const before: unknown[] = [];
    for (const instruction of task.instructions) {
      before.push(await this.doIt(instruction, task.direction));
      this.done.push(`${instruction.kind} ${instruction.object.name}`);
    }
    return before;
  }

  async report(task: Task, before: readonly unknown[]) {
    const body = task.report?.body as { results: object[] };
    const results = body.results.map((result, index) => ({ ...result, before: before[index] }));
    return this.api.http
      .post(String(task.report?.href))
      .send({ ...body, results, evidence: 'CHG0042' })
      .expect(200);
  }

  private async doIt({ kind, object }: Instruction, direction: Task['direction']): Promise<unknown> {
    const { dbid } = object as Named;
    const whom = (object as { for?: Named }).for;
    const forward = direction === 'forward';
    if (kind === 'revoke') return this.entry(object as Named, whom as Named, forward ? null : 9);
    if (kind === 'grant') return this.entry(object as Named, whom as Named, forward ? 9 : null);
    if (kind === 'set-account') {
      const { accountType, accountDbid } = (await this.bridge('GET', `/v1/account/${dbid}`)) as {
        accountType: number;
        accountDbid: number;
      };
      const wanted = forward ? (whom as Named) : { type: 21, dbid: 98 };
      await this.bridge('PUT', `/v1/account/${dbid}`, { accountType: wanted.type, accountDbid: wanted.dbid });
      return { type: accountType, dbid: accountDbid };
    }
    if (kind === 'switch-over') {
      await this.bridge(
        'POST',
        `/v1/applications/${(forward ? (object as Named) : (whom as Named)).dbid}/switch-over`,
      );
      return { primary: forward ? whom?.name : object.name };
    }
    const starts = (kind === 'start') === forward;
    const found = await this.status(dbid);
    await this.bridge(
      'POST',
      `/v1/applications/${dbid}/${starts ? 'start' : 'stop'}`,
      starts ? undefined : { graceful: true },
    );
    while ((await this.status(dbid)) !== (starts ? 6 : 1))
      await new Promise((resolve) => setTimeout(resolve, 10));
    return found === 6 ? 'running' : 'stopped';
  }

  async status(dbid: number): Promise<number> {
    return ((await this.bridge('GET', `/v1/applications/${dbid}/status`)) as { status: number }).status;
  }

  /** @returns what the entry was */
  async entry({ type, dbid }: Named, whom: Named, mask: number | null): Promise<unknown> {
    interface Entry {
      accountType: number;
      accountDbid: number;
      accessMask: number;
    }
    const { entries } = (await this.bridge('GET', `/v1/acl/${type}/${dbid}`)) as { entries: Entry[] };
    const isIts = (one: Entry) => one.accountType === whom.type && one.accountDbid === whom.dbid;
    const found = entries.find(isIts);
    const others = entries.filter((one) => !isIts(one));
    const own = mask === null ? [] : [{ accountType: whom.type, accountDbid: whom.dbid, accessMask: mask }];
    await this.bridge('PUT', `/v1/acl/${type}/${dbid}`, { entries: [...others, ...own], recursive: false });
    return found === undefined ? null : { accessMask: found.accessMask };
  }

  async bridge(method: string, path: string, body?: unknown): Promise<unknown> {
    const { bridgeUrl, credentials } = this.api.simulator;
    const answer = await fetch(`${bridgeUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${credentials.bridgeToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
