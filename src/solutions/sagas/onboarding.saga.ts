import { CreateAccountStep } from '../steps/create-account.step.js';
import { InspectTargetStep } from '../steps/inspect-target.step.js';
import { LinkAccessGroupStep } from '../steps/link-access-group.step.js';
import { ProvisionPersonStep } from '../steps/provision-person.step.js';
import { RebindServerStep } from '../steps/rebind-server.step.js';
import { VerifyIsolationStep } from '../steps/verify-isolation.step.js';
import { VerifyServiceStep } from '../steps/verify-service.step.js';

/** Gives a solution its own Interaction Server. Running operations keep the list of names they were accepted with. */
export const onboarding = {
  kind: 'onboarding',
  steps: [
    InspectTargetStep,
    CreateAccountStep,
    LinkAccessGroupStep,
    ProvisionPersonStep,
    VerifyIsolationStep,
    RebindServerStep,
    VerifyServiceStep,
  ],
} as const;
