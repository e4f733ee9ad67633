import { describe } from 'vitest';
import { controlContract } from './contract-control.js';
import { disturbanceContract } from './contract-disturbance.js';
import { objectsContract } from './contract-objects.js';
import { securityContract } from './contract-security.js';
import type { MakeTarget } from './target-under-test.js';

/** What every target system must do behind the three ports. Runs on a world of its own for each part. */
export function targetContract(name: string, makeTarget: MakeTarget): void {
  describe(name, () => {
    describe('objects', () => {
      objectsContract(makeTarget);
    });
    describe('security', () => {
      securityContract(makeTarget);
    });
    describe('control', () => {
      controlContract(makeTarget);
    });
    describe('when disturbed', () => {
      disturbanceContract(makeTarget);
    });
  });
}
