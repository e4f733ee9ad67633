import { describe, expect, it } from 'vitest';
import { withDefaults } from './defaults.js';

const target = { name: 'lab', pairRebind: 'together' } as const;
const request = {
  tenant: 'Environment',
  key: 'retail-email',
  interactionServer: 'IxnServer_Retail',
  businessProcesses: ['Retail Inbound'],
};

describe('withDefaults', () => {
  it('derives everything that is left out from target, tenant and key', () => {
    expect(withDefaults(request, target)).toEqual({
      target: 'lab',
      tenant: 'Environment',
      key: 'retail-email',
      displayName: 'retail-email',
      interactionServer: 'IxnServer_Retail',
      businessProcesses: ['Retail Inbound'],
      accessGroup: { name: 'retail-email-account', accessMask: 9 },
      person: {
        userName: 'ixn-environment-retail-email',
        employeeId: 'IXN-ENVIRONMENT-RETAIL-EMAIL',
        firstName: 'IxnServer',
        lastName: 'retail-email',
      },
      onExisting: 'refuse',
      isolation: { requireExclusive: false },
      restart: { mode: 'together', stopMode: 'graceful-then-forced', startAfter: 'as-found' },
    });
  });

  it('keeps what is given, member by member', () => {
    const given = withDefaults(
      {
        ...request,
        accessGroup: { accessMask: 1 },
        person: { userName: 'ixn' },
        restart: { mode: 'rolling' },
      },
      target,
    );
    expect(given.accessGroup).toEqual({ name: 'retail-email-account', accessMask: 1 });
    expect(given.person).toMatchObject({ userName: 'ixn', employeeId: 'IXN', firstName: 'IxnServer' });
    expect(given.restart).toEqual({
      mode: 'rolling',
      stopMode: 'graceful-then-forced',
      startAfter: 'as-found',
    });
  });

  it('gives the same key another userName in another tenant', () => {
    const other = withDefaults({ ...request, tenant: 'Branch' }, target);
    expect(other.person.userName).toBe('ixn-branch-retail-email');
  });

  it('keeps names within what the platform stores, and two long ones apart', () => {
    const long = (end: string) =>
      withDefaults({ ...request, key: `${'k'.repeat(60)}${end}`, displayName: 'd'.repeat(80) }, target)
        .person;
    for (const value of Object.values(long('a'))) expect(value.length).toBeLessThanOrEqual(64);
    expect(long('a').userName).not.toBe(long('b').userName);
    expect(long('a').employeeId).not.toBe(long('b').employeeId);
  });
});
