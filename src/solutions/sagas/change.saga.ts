import { InspectChangeStep } from '../steps/inspect-change.step.js';
import { LinkChangeStep } from '../steps/link-change.step.js';
import { RebindChangeStep } from '../steps/rebind-change.step.js';
import { UnlinkAccessGroupStep } from '../steps/unlink-access-group.step.js';
import { VerifyChangeIsolationStep } from '../steps/verify-change-isolation.step.js';
import { VerifyChangeServiceStep } from '../steps/verify-change-service.step.js';

/** Gives a solution other Business Processes or another server; what stays is not touched. */
export const change = {
  kind: 'change',
  steps: [
    InspectChangeStep,
    LinkChangeStep,
    UnlinkAccessGroupStep,
    VerifyChangeIsolationStep,
    RebindChangeStep,
    VerifyChangeServiceStep,
  ],
} as const;
