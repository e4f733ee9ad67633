import type { Desired } from '../../src/solutions/desired.js';
import { claims, desired } from '../onboarding/lab.js';
import type { CrashLab, Operation } from './crash-lab.js';
import { onboard } from './crash-lab.js';
import type { ServiceProcess } from './service-process.js';

export interface Scenario {
  readonly name: string;
  /** As the labelled points name it. */
  readonly direction: 'forward' | 'undo' | 'cancel';
  readonly wanted: Desired;
  /** The first and the last of the calls that change something and that no other scenario has, counted from 0 as sent. */
  readonly calls: readonly [number, number];
  readonly ends: 'completed' | 'failed' | 'cancelled';
  /** Brings it about; the service may die on the way. */
  begin(lab: CrashLab, service: ServiceProcess): Promise<Operation>;
}

/** The last call of the way there: inside the outage, with everything to be taken back. */
const lastForward = 17;

export const scenarios: readonly Scenario[] = [
  {
    name: 'a pair, rolling, going forward',
    direction: 'forward',
    wanted: desired(),
    calls: [0, lastForward],
    ends: 'completed',
    begin: (_, service) => onboard(service, desired()),
  },
  {
    name: 'a server that does not come up, forward and undoing',
    direction: 'undo',
    wanted: claims(),
    calls: [13, 21],
    ends: 'failed',
    begin: (_, service) => onboard(service, claims()),
  },
  {
    name: 'a pair that is cancelled at its last call',
    direction: 'cancel',
    wanted: desired(),
    calls: [lastForward + 1, 33],
    ends: 'cancelled',
    async begin({ witness }, service) {
      const letGo = await witness.hold(lastForward, 'late');
      const { href } = await onboard(service, desired());
      await witness.untilHeld();
      const cancelled = await service.call<Operation>('POST', `${href}/cancel`, { reason: 'it is a test' });
      await letGo();
      return cancelled;
    },
  },
];
