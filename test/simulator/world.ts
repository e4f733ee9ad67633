/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return --
   answers are looked at as JSON, member by member: no type of ours stands between the wire and the expectation */
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { LogLine } from '../../src/simulator/world/records.js';
import type { Snapshot } from '../../src/simulator/world/snapshot.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Json;
}

export const Type = {
  person: 3,
  tenant: 7,
  application: 9,
  script: 12,
  transaction: 16,
  accessGroup: 21,
} as const;
export const SYSTEM = { accountType: 21, accountDbid: 98 };

/** Raw requests to one simulator of its own: no client of ours has a part in them. */
export class TestWorld {
  cookie = '';
  csrf = '';

  constructor(readonly simulator: Simulator) {}

  static async start(options: SimulatorOptions = {}): Promise<TestWorld> {
    return new TestWorld(await startSimulator({ startupMs: 20, shutdownMs: 20, ...options }));
  }
  stop(): Promise<void> {
    return this.simulator.stop();
  }

  async send(
    method: string,
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(url, {
      method,
      headers: { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, text: answer, json: jsonOrNull(answer) };
  }

  basic(
    username = this.simulator.credentials.username,
    password = this.simulator.credentials.password,
  ): string {
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  /** A call to GWS with Basic, and with the session's cookie and token. */
  async gws(method: string, path: string, body?: unknown, user?: string): Promise<Answer> {
    if (this.csrf === '') await this.openSession();
    const headers =
      user === undefined ? { cookie: this.cookie, 'x-csrf-token': this.csrf } : await this.sessionOf(user);
    const authorization = user === undefined ? this.basic() : this.basic(user, user);
    return this.send(method, `${this.simulator.gwsUrl}${path}`, body, { authorization, ...headers });
  }
  config(method: string, path: string, body?: unknown, user?: string): Promise<Answer> {
    return this.gws(method, `/platform/configuration/${path}`, body, user);
  }
  async openSession(): Promise<void> {
    const session = await this.sessionOf();
    this.cookie = session['cookie'] ?? '';
    this.csrf = session['x-csrf-token'] ?? '';
  }
  private async sessionOf(user?: string): Promise<Record<string, string>> {
    const authorization = user === undefined ? this.basic() : this.basic(user, user);
    const me = await this.send('GET', `${this.simulator.gwsUrl}/me`, undefined, { authorization });
    const cookie = /JSESSIONID=[^;]+/.exec(me.headers.get('set-cookie') ?? '')?.[0] ?? '';
    return { cookie, 'x-csrf-token': me.headers.get('x-csrf-token') ?? 'none' };
  }

  bridge(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const authorization = `Bearer ${this.simulator.credentials.bridgeToken}`;
    return this.send(method, `${this.simulator.bridgeUrl}/v1/${path}`, body, { authorization, ...headers });
  }
  async control(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.send(method, `${this.simulator.url}/simulator/${path}`, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }
  async log(): Promise<LogLine[]> {
    return (await this.control('GET', 'log')).lines;
  }
  world(): Promise<Snapshot> {
    return this.control('GET', 'world');
  }
  switch(switches: object): Promise<Json> {
    return this.control('PUT', 'switches', switches);
  }
  /** @returns the fault's id */
  async fault(fault: object, match: object = {}, times?: number | null): Promise<string> {
    return (await this.control('POST', 'faults', { fault, match, ...(times === undefined ? {} : { times }) }))
      .id;
  }

  async dbid(collection: string, name: string, key = 'name'): Promise<number> {
    const { json } = await this.config('GET', `${collection}?${key}=${encodeURIComponent(`"${name}"`)}`);
    const found = json[collection][0];
    if (!found) throw new Error(`no ${name} in ${collection}`);
    return Number(found.DBID ?? found.CfgGroup.DBID);
  }
  application(name: string): Promise<number> {
    return this.dbid('applications', name);
  }
  async createGroup(name: string, tenantDBID = '1'): Promise<number> {
    const created = await this.config('POST', 'access-groups', {
      'access-group': { type: '1', CfgGroup: { name, tenantDBID } },
    });
    return Number(created.json.id);
  }
  async createPerson(userName: string, employeeID = userName): Promise<number> {
    const person = { tenantDBID: '1', userName, employeeID, isAgent: '1', password: 'secret' };
    return Number((await this.config('POST', 'persons', { person })).json.id);
  }
  addMember(group: number, person: number): Promise<Answer> {
    return this.changeMembers(group, 'memberIDs', person);
  }
  changeMembers(group: number, list: string, person: number): Promise<Answer> {
    const members = [{ CSID: '0', DBID: String(person), type: '3' }];
    return this.config('PUT', 'access-groups', {
      'delta-access-group': { CfgDeltaGroup: { CfgGroup: { DBID: String(group) }, [list]: members } },
    });
  }
  /** Adds one entry to what is there. */
  async grant(
    objectType: number,
    dbid: number,
    accountType: number,
    accountDbid: number,
    accessMask: number,
  ): Promise<Answer> {
    const { json } = await this.bridge('GET', `acl/${objectType}/${dbid}`);
    const entries = [...json.entries, { accountType, accountDbid, accessMask }];
    return this.bridge('PUT', `acl/${objectType}/${dbid}`, { entries });
  }

  status(dbid: number): Promise<{ status: number; runMode: string }> {
    return this.bridge('GET', `applications/${dbid}/status`).then((a) => a.json);
  }
  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
      await new Promise((r) => setTimeout(r, 5));
    }
  }
  untilStatus(dbid: number, status: number, runMode?: string): Promise<void> {
    return this.until(`application ${dbid} in status ${status} ${runMode ?? ''}`, async () => {
      const now = await this.status(dbid);
      return now.status === status && (runMode === undefined || now.runMode === runMode);
    });
  }
}

function jsonOrNull(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
