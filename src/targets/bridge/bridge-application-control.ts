import type { Call } from '../../saga/call.js';
import type { ApplicationStatus, RunMode } from '../../solutions/ports/application-control.js';
import { ApplicationControl } from '../../solutions/ports/application-control.js';
import { numberIn } from './answer.js';
import type { BridgeClient } from './bridge-client.js';
import { malformed } from './bridge-client.js';

const runModes: readonly unknown[] = ['primary', 'backup', 'none'] satisfies RunMode[];
const running = 6;

/** Solution Control Server through the bridge: it takes a request and the state moves on by itself. */
export class BridgeApplicationControl extends ApplicationControl {
  constructor(private readonly client: BridgeClient) {
    super();
  }

  async status(call: Call, applicationDbid: number): Promise<ApplicationStatus | null> {
    const what = `reading the status of application ${applicationDbid}`;
    const address = `applications/${applicationDbid}/status`;
    const { outcome } = await this.client.request(call, { method: 'GET', address, what, effect: false });
    if (outcome.outcome === 'absent') return null;
    const status = numberIn(outcome.body, 'status');
    if (status === null || status < 0 || status > 8) throw malformed(what, 'an answer without a status');
    // What does not run has no mode; a bridge may leave it out.
    const runMode = outcome.body['runMode'] ?? (status === running ? undefined : 'none');
    if (!runModes.includes(runMode)) throw malformed(what, 'an answer without a run mode');
    return { status, runMode: runMode as RunMode };
  }

  async start(call: Call, applicationDbid: number): Promise<void> {
    await this.order(call, applicationDbid, 'start', `starting application ${applicationDbid}`, {});
  }

  async stop(call: Call, applicationDbid: number, graceful: boolean): Promise<void> {
    await this.order(call, applicationDbid, 'stop', `stopping application ${applicationDbid}`, { graceful });
  }

  async switchOver(call: Call, applicationDbid: number): Promise<void> {
    await this.order(
      call,
      applicationDbid,
      'switch-over',
      `making application ${applicationDbid} the primary`,
      {},
    );
  }

  private async order(
    call: Call,
    applicationDbid: number,
    verb: string,
    what: string,
    body: Record<string, boolean>,
  ): Promise<void> {
    const address = `applications/${applicationDbid}/${verb}`;
    await this.client.effect(call, { method: 'POST', address, what, body });
  }
}
