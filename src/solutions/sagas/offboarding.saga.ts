import { DeleteObjectsStep } from '../steps/delete-objects.step.js';
import { InspectOffboardingStep } from '../steps/inspect-offboarding.step.js';
import { ReleaseServersStep } from '../steps/release-servers.step.js';
import { RetirePersonStep } from '../steps/retire-person.step.js';
import { UnlinkAccessGroupStep } from '../steps/unlink-access-group.step.js';

/** Takes away what the onboarding and later changes have put in; all but the last step can be taken back. */
export const offboarding = {
  kind: 'offboarding',
  steps: [
    InspectOffboardingStep,
    ReleaseServersStep,
    UnlinkAccessGroupStep,
    RetirePersonStep,
    DeleteObjectsStep,
  ],
} as const;
