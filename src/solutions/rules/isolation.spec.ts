import { describe, expect, it } from 'vitest';
import { named } from './finding.js';
import type { IsolationFacts } from './isolation.js';
import { isolationFindings } from './isolation.js';
import type { Reader } from './readers.js';
import { cannotTell } from './rights.js';

const process = (name: string) => named(12, name, 201);
const reader = (changes: Partial<Reader> = {}): Reader => ({
  account: { type: 21, dbid: 98 },
  name: 'SYSTEM',
  servers: ['IxnServer_Shared'],
  reads: [process('Retail Inbound')],
  solution: null,
  ...changes,
});
const facts = (changes: Partial<IsolationFacts> = {}): IsolationFacts => ({
  account: named(3, 'ixn-retail', 120),
  predicted: false,
  required: [],
  others: [],
  readers: [],
  ...changes,
});
const codes = (changes: Partial<IsolationFacts>, requireExclusive = false) =>
  isolationFindings(facts(changes), 'solution-1', requireExclusive).map(
    ({ severity, code }) => `${severity} ${code}`,
  );

describe('isolationFindings', () => {
  it('is empty where the account has what it needs, reads nothing else, and nobody reads what is ours', () => {
    const required = [{ object: named(9, 'IxnServer_Retail', 150), needed: 9, granted: 127 }];
    expect(
      codes({
        required,
        others: [{ object: process('Claims Intake'), granted: 8 }],
        readers: [reader({ reads: [] })],
      }),
    ).toEqual([]);
  });

  it.each([
    [1, 'lacks Execute on application "IxnServer_Retail"'],
    [8, 'lacks Read on application "IxnServer_Retail"'],
    [0, 'lacks Read and Execute on application "IxnServer_Retail"'],
    [null, 'lacks Read and Execute on application "IxnServer_Retail"'],
  ])('with a mask of %s says exactly what is missing', (granted, detail) => {
    const required = [{ object: named(9, 'IxnServer_Retail', 150), needed: 9, granted }];
    const [finding] = isolationFindings(facts({ required }), 'solution-1', false);
    expect(finding).toMatchObject({ severity: 'error', code: 'missing-permission' });
    expect(finding!.detail).toContain(detail);
  });

  it('names every Business Process that the account reads and should not, in one finding', () => {
    const others = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => ({ object: process(name), granted: 1 }));
    const [finding, ...rest] = isolationFindings(facts({ others }), 'solution-1', false);
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ severity: 'error', code: 'reads-other-business-processes' });
    expect(finding!.detail).toContain('"A", "B", "C", "D", "E" and 2 more');
    expect(finding!['objects']).toHaveLength(7);
  });

  it('warns of a shared reader, and takes it for an error where exclusiveness is required', () => {
    expect(codes({ readers: [reader()] })).toEqual(['warning shared-reader']);
    expect(codes({ readers: [reader()] }, true)).toEqual(['error shared-reader']);
  });

  it("takes another solution's account that reads ours for an error in any case", () => {
    expect(codes({ readers: [reader({ solution: 'solution-2' })] })).toEqual([
      'error read-by-other-solution',
    ]);
    expect(codes({ readers: [reader({ solution: 'solution-1' })] })).toEqual(['warning shared-reader']);
  });

  it('marks as predicted only what is said of an account that does not exist yet', () => {
    const predicted = isolationFindings(
      facts({
        predicted: true,
        required: [{ object: named(7, 'Environment', 1), needed: 1, granted: 0 }],
        readers: [reader()],
      }),
      'solution-1',
      false,
    );
    expect(predicted.map((finding) => finding.predicted)).toEqual([true, undefined]);
  });

  it('takes rights that cannot be read for neither there nor missing, and says so once', () => {
    const required = [{ object: named(9, 'IxnServer_Retail', 150), needed: 9, granted: cannotTell } as const];
    const others = [{ object: process('Claims Intake'), granted: cannotTell } as const];
    expect(codes({ required, others })).toEqual(['warning rights-unseen']);
  });

  it('says whose account, and what of whom, cannot be read', () => {
    const unseen = {
      readers: [reader({ reads: cannotTell })],
      unseenServers: ['IxnServer_A', 'IxnServer_B'],
    };
    expect(codes(unseen)).toEqual(['warning rights-unseen', 'warning account-unseen']);
  });
});
