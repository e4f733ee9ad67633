/**
 * Why Configuration Server or SCS refuses. Numbers 10 and 12 are known; the rest are chosen by this simulator
 * (`errorTypeNoPermission` and `errorTypeInUse` are switches), because no public source has them.
 */
export type RefusalKind =
  'not-found' | 'uniqueness' | 'no-permission' | 'in-use' | 'incomplete' | 'not-valid' | 'scs';

const FIXED: Partial<Record<RefusalKind, number>> = {
  'not-found': 10,
  uniqueness: 12,
  incomplete: 203,
  'not-valid': 204,
};

export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    message: string,
    readonly objectType = 0,
    readonly objectProperty = 0,
    readonly scsError?: number,
  ) {
    super(message);
    this.name = 'Refusal';
  }

  errorType(switches: { readonly errorTypeNoPermission: number; readonly errorTypeInUse: number }): number {
    if (this.kind === 'no-permission') return switches.errorTypeNoPermission;
    if (this.kind === 'in-use') return switches.errorTypeInUse;
    return FIXED[this.kind] ?? 0;
  }
}

/** Unpacks to (property, object type, error type); fits both codes that were seen on a real platform. */
export const platformCode = (errorType: number, objectType: number, property: number): number =>
  property * 0x10000 + objectType * 0x100 + errorType;

export const notFound = (): Refusal => new Refusal('not-found', 'Object not found');
export const noPermission = (objectType: number): Refusal =>
  new Refusal('no-permission', 'Insufficient permissions to perform this operation', objectType);

/** Error codes of Solution Control Server. */
export const Scs = {
  notStarted: 1,
  notStopped: 2,
  notReady: 3,
  alreadyInProgress: 7,
  hotBackupLimitation: 13,
} as const;
export const scsRefusal = (scsError: number, message: string): Refusal =>
  new Refusal('scs', message, 9, 0, scsError);
