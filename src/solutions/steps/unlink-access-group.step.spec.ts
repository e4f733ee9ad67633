import { describe, expect, it } from 'vitest';
import type { Position } from '../../saga/position.js';
import type { Refs, StepContext } from '../../saga/step.js';
import { acceptedPosition } from '../commands/accepted-position.js';
import { observedBy } from '../observe-solution.js';
import { Targets } from '../ports/target.js';
import type { Adopted } from '../rules/adopted.js';
import type { ChangeDesired } from '../standing.js';
import { UnlinkAccessGroupStep } from './unlink-access-group.step.js';

const process = { type: 12, name: 'Retail Inbound', dbid: 201 };
const group = { name: 'retail-email-account', accessMask: 9 };
const server = { primary: { name: 'IxnServer_Retail', dbid: 101 }, backup: null };

/** What an onboarding leaves that was given up after these steps. */
function abandonedWith(...refs: object[]): Position {
  const position = acceptedPosition({
    id: 'o',
    kind: 'onboarding',
    solutionId: 's',
    target: 'lab',
    tenant: 'Environment',
    key: 'retail-email',
    stepNames: refs.map((_, index) => `step-${index}`),
    input: {
      desired: { accessGroup: group, person: { userName: 'ixn' } },
      requestedBy: 'a',
      externalReference: [],
      correlationId: null,
      causationId: null,
    },
    schedule: null,
    planId: null,
    planDigest: null,
    acceptedAtMs: 0,
  });
  return {
    ...position,
    steps: position.steps.map((step, index) => ({ ...step, refs: refs[index] as Refs })),
  };
}

function offboardingOf(adopted: Adopted | undefined, found = 9) {
  const desired = { accessGroup: group, serverAfter: 'former', standing: { adopted } };
  const context = { desired, refs: { accessGroup: 105 } } as unknown as StepContext<ChangeDesired>;
  return new UnlinkAccessGroupStep(undefined as unknown as Targets).plan(
    [{ object: process, found }],
    context,
  );
}

describe('Offboarding of a group that was there before', () => {
  const inspected = { server };
  const adopted = { accessGroup: 105, adoptedGroup: true };

  it('leaves its entries when the onboarding was given up before they were looked at', () => {
    const observed = observedBy(abandonedWith(inspected, adopted, {}), 0);
    expect(observed?.adopted).toMatchObject({ accessGroup: true, groupUnseen: true });
    expect(offboardingOf(observed?.adopted).actions).toEqual([]);
  });

  it('takes away what it had not when they were looked at', () => {
    const observed = observedBy(abandonedWith(inspected, adopted, { stoodOfGroup: [] }), 0);
    expect(observed?.adopted).not.toHaveProperty('groupUnseen');
    expect(offboardingOf(observed?.adopted).actions).toMatchObject([{ kind: 'revoke', object: process }]);
  });

  it('leaves what it had', () => {
    const stoodOfGroup = [{ type: 12, dbid: 201, accessMask: 9 }];
    const observed = observedBy(abandonedWith(inspected, adopted, { stoodOfGroup }), 0);
    expect(offboardingOf(observed?.adopted).actions).toEqual([]);
  });

  it('gives back what it had, and not what somebody has changed since', () => {
    const stoodOfGroup = [{ type: 12, dbid: 201, accessMask: 127 }];
    const observed = observedBy(abandonedWith(inspected, adopted, { stoodOfGroup }), 0);
    expect(offboardingOf(observed?.adopted).actions).toMatchObject([{ kind: 'grant' }]);
    expect(offboardingOf(observed?.adopted, 1).actions).toEqual([]);
  });
});
