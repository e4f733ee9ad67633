import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Caller, OperationBody } from './caller.js';
import type { Chance } from './chance.js';
import type { Platform, Slot } from './platform.js';
import { calmWithinMs } from './settings.js';
import type { SlotView } from './slot-view.js';
import { differences, faultsOfActive, slotView } from './slot-view.js';
import type { Tally } from './tally.js';

export interface Accepted {
  readonly id: string;
  readonly slot: Slot;
  readonly acceptedMs: number;
  endedMs: number | null;
  state: string;
}

/** A solution as it is now, when it is set up. */
interface Active {
  readonly href: string;
  readonly businessProcesses: readonly string[];
}

/** What operators do about one that is parked, in this order; each may not fit. */
const waysOn = ['retry', 'retry', 'retry', 'compensate', 'cancel', 'abandon'] as const;
const pollMs = 300;

/**
 * Onboards, changes and offboards one solution again and again, cancels now and then, and looks at the platform after each
 * end: all of it is there, or exactly what was before. Nobody else works on what belongs to this solution.
 */
export class Life {
  readonly accepted: Accepted[] = [];
  private active: Active | null = null;
  private readonly bare: SlotView;
  private isSpoilt = false;

  constructor(
    readonly slot: Slot,
    initial: SlotView,
    private readonly platform: Platform,
    private readonly caller: Caller,
    private readonly chance: Chance,
    private readonly tally: Tally,
  ) {
    this.bare = initial;
  }

  get isActive(): boolean {
    return this.active !== null;
  }

  /** Until the time is over, and the operation in hand has ended. */
  async run(untilMs: number): Promise<void> {
    while (Date.now() < untilMs && !this.isSpoilt) {
      if (this.active === null) await this.onboard();
      else if (this.chance.is(0.5)) await this.change(this.active);
      else await this.offboard(this.active, this.chance.is(0.2));
    }
  }

  /** Takes the solution away at the end, undisturbed. */
  async leave(): Promise<void> {
    if (this.active !== null && !this.isSpoilt) await this.offboard(this.active, false);
  }

  private async onboard(): Promise<void> {
    const { key, server, isTrapped } = this.slot;
    const businessProcesses = this.some();
    const mode = this.chance.is(0.7) ? 'rolling' : 'together';
    const body = {
      target: 'lab',
      tenant: 'Environment',
      key,
      interactionServer: server,
      businessProcesses,
      restart: { mode },
    };
    const ended = await this.operation('POST', '/v1/solutions', body, this.chance.is(0.25));
    if (ended?.operation.state !== 'completed') return;
    if (isTrapped) this.wrong(ended.operation, ['completed although its server cannot start']);
    this.active = { href: ended.operation.solution.href, businessProcesses };
    this.wrong(ended.operation, faultsOfActive(ended.after, this.bare, this.slot, businessProcesses));
  }

  private async change(active: Active): Promise<void> {
    const businessProcesses = this.some();
    const ended = await this.operation('PATCH', active.href, { businessProcesses }, this.chance.is(0.25));
    if (ended?.operation.state !== 'completed') return;
    this.active = { ...active, businessProcesses };
    this.wrong(ended.operation, faultsOfActive(ended.after, this.bare, this.slot, businessProcesses));
  }

  private async offboard(active: Active, isCancelled: boolean): Promise<void> {
    const ended = await this.operation('DELETE', active.href, {}, isCancelled);
    if (ended?.operation.state !== 'completed') return;
    this.active = null;
    // Its servers are left stopped; somebody starts them again, and then everything is as it was at first.
    for (const [application, runMode] of [
      [this.slot.server, 'primary'],
      [this.slot.backup, 'backup'],
    ]) {
      await this.platform.control('POST', '/change', { status: { application, status: 6, runMode } });
    }
    this.wrong(ended.operation, differences(await this.look(), this.bare));
  }

  /** Three of its four Business Processes. */
  private some(): string[] {
    const without = this.chance.of(this.slot.businessProcesses);
    return this.slot.businessProcesses.filter((name) => name !== without);
  }

  /** From the request to the end. @returns null when it was refused, or did not end as it should */
  private async operation(
    method: string,
    path: string,
    body: object,
    isCancelled: boolean,
  ): Promise<{ operation: OperationBody; after: SlotView } | null> {
    const before = await this.look();
    const answer = await this.caller.command<OperationBody>(method, path, body);
    if (answer.status !== 202) {
      this.spoilt(`${method} ${path} was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
      return null;
    }
    const { id, kind, href } = answer.body;
    const record: Accepted = {
      id,
      slot: this.slot,
      acceptedMs: Date.now(),
      endedMs: null,
      state: 'accepted',
    };
    this.accepted.push(record);
    this.tally.count('operations accepted');
    if (isCancelled) void this.cancelSoon(href);
    const operation = await this.untilDone(href);
    if (operation === null) return null;
    record.state = operation.state;
    record.endedMs = Date.now();
    this.tally.count(`ended ${kind} ${operation.state}`);
    if (operation.error !== null) this.tally.count(`error ${operation.error.code}`);
    const after = await this.look();
    if (operation.state === 'failed' || operation.state === 'cancelled')
      this.wrong(operation, differences(after, before));
    if (operation.state === 'abandoned')
      this.spoilt(`${kind} ${id} had to be abandoned: ${JSON.stringify(operation)}`);
    return { operation, after };
  }

  private async cancelSoon(href: string): Promise<void> {
    await delay(this.chance.between(0, 4_000));
    await this.verb(href, 'cancel').catch((error: unknown) => this.tally.violated(String(error)));
  }

  private async verb(href: string, verb: string): Promise<Answer<{ code?: string }>> {
    const answer = await this.caller.command<{ code?: string }>('POST', `${href}/${verb}`, {
      reason: 'chaos',
    });
    this.tally.count(`verb ${verb} ${answer.status === 200 ? 'taken' : (answer.body.code ?? answer.status)}`);
    return answer;
  }

  private async untilDone(href: string): Promise<OperationBody | null> {
    const ways = [...waysOn];
    let isImpatient = false;
    const endMs = Date.now() + 2 * calmWithinMs;
    while (Date.now() < endMs) {
      await delay(pollMs);
      const operation = await this.caller.read<OperationBody>(href);
      if (operation.done) return operation;
      if (operation.waitingFor?.reason === 'target' && !isImpatient) {
        // Who sees it wait for a lost answer may well want to call it off just then.
        isImpatient = true;
        if (this.chance.is(0.4)) await this.verb(href, 'cancel');
      }
      // What was asked is taken up as soon as somebody comes to it, later on a machine that is busy with other things.
      if (operation.state !== 'needs-attention' || operation.requestedVerb !== null) continue;
      if (operation.waitingFor === null && operation.error === null)
        this.tally.violated(`${href} is parked without a reason`);
      this.tally.count(`parked ${operation.error?.code ?? operation.waitingFor?.detail ?? '?'}`);
      const fits = ways.findIndex((way) => operation.possibleVerbs.includes(way));
      const [way] = ways.splice(fits, 1);
      if (fits === -1 || way === undefined) break;
      await this.verb(href, way);
      await delay(1_000);
    }
    const last = await this.caller.read<OperationBody>(href);
    if (last.done) return last;
    this.spoilt(`${href} does not come to an end: ${JSON.stringify(last)}`);
    return null;
  }

  private async look(): Promise<SlotView> {
    return slotView(await this.platform.world(), this.slot);
  }

  private wrong({ id, kind, state }: OperationBody, faults: readonly string[]): void {
    if (faults.length > 0) this.spoilt(`${this.slot.key} after ${kind} ${id} ${state}: ${faults.join('; ')}`);
  }

  /** What follows would be judged against something that is wrong already. */
  private spoilt(what: string): void {
    this.isSpoilt = true;
    this.tally.violated(what);
  }
}
