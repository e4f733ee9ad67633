import { describe, expect, it } from 'vitest';
import { faultsOf } from '../config/faults.js';
import { onboardRequest, desiredOf, unsupportedMembers, type OnboardRequest } from './onboard-request.js';

const request = (changes: object = {}): OnboardRequest => ({
  tenant: 'Environment',
  key: 'retail-email',
  interactionServer: 'IxnServer_Retail',
  businessProcesses: ['Retail Inbound'],
  ...changes,
});
const faults = (changes: object) => {
  const parsed = onboardRequest.safeParse(request(changes));
  return parsed.success
    ? []
    : faultsOf(parsed.error.issues, { schema: onboardRequest }).map((fault) => fault.pointer);
};
const lab = { name: 'lab', pairRebind: 'together' } as const;

describe('a request to onboard', () => {
  it('is kept as it was sent: nothing is trimmed, defaulted or coerced', () => {
    const sent = request({ displayName: ' Retail ', person: {}, planId: null });
    expect(onboardRequest.parse(sent)).toEqual(sent);
  });

  it.each([
    ['key', ['a', '9', 'a-b-', 'a'.repeat(63)], ['', 'A', '-a', 'a_b', 'ä', 'a'.repeat(64)]],
    [
      'tenant',
      ['x', ' x', 'ä "quoted"', 'x'.repeat(255)],
      ['', ' ', 'a\tb', 'a\u0085b', 'x'.repeat(256), 7, null],
    ],
    ['businessProcesses', [['a', 'A']], [[], ['a', 'a'], 'a', [1]]],
    ['externalReference', [[], [{ name: 'R', externalReferenceType: 't' }]], [[{ name: 'R' }], [{}], {}]],
    ['planId', [null, '0193a0de-0000-7000-8000-000000000000'], ['x', 7]],
    [
      'notBefore',
      ['2026-12-01T20:00:00Z', '2026-12-01T20:00:00+01:00'],
      ['2026-12-01', 'tomorrow', '2026-13-01T00:00:00Z'],
    ],
  ])('takes and refuses as it should: %s', (member, good, bad) => {
    for (const value of good) expect([value, faults({ [member]: value })]).toEqual([value, []]);
    for (const value of bad) expect([value, faults({ [member]: value })]).not.toEqual([value, []]);
  });

  it('takes an access mask with Read and Execute in it and without the flag that is no right', () => {
    const masks = [9, 11, 13, 127, 1, 8, 0, 128, 137, 255, 9.5, -1];
    const good = masks.filter((accessMask) => faults({ accessGroup: { accessMask } }).length === 0);
    expect(good).toEqual([9, 11, 13, 127]);
  });

  it('names what is not supported yet, and not what changes nothing', () => {
    const none = request({ requireApproval: true, onExisting: 'adopt', planId: null });
    expect(unsupportedMembers(none)).toEqual([]);
    const some = request({ callback: { url: 'https://tickets.example/hook' } });
    expect(unsupportedMembers(some).map((fault) => fault.pointer)).toEqual(['/callback']);
  });
});

describe('what is desired', () => {
  it('is derived from target, tenant and key', () => {
    expect(desiredOf(request(), lab)).toEqual({
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

  it('is what the request says where it says something', () => {
    const asked = { restart: { mode: 'rolling' }, accessGroup: { name: 'g' }, person: { userName: 'u' } };
    expect(desiredOf(request(asked), lab)).toMatchObject({
      restart: { mode: 'rolling', startAfter: 'as-found' },
      accessGroup: { name: 'g', accessMask: 9 },
      person: { userName: 'u', employeeId: 'U' },
    });
  });

  it('cuts a long display name for the last name, never through the middle of a character', () => {
    const displayName = `${'x'.repeat(63)}\u{1f600}`;
    expect(desiredOf(request({ displayName }), lab).person.lastName).toBe('x'.repeat(63));
    expect(desiredOf(request({ displayName: 'x'.repeat(65) }), lab).person.lastName).toBe('x'.repeat(64));
  });
});
