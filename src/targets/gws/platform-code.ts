/**
 * A Configuration Server error as the platform packs it: property << 16 | object type << 8 | error type.
 * Fits both codes that were ever seen: 5836044 (name of a skill taken) and 10 (object not found).
 */
export interface PlatformCode {
  readonly errorType: number;
  readonly objectType: number;
  readonly objectProperty: number;
}

export const ErrorType = { objectNotFound: 10, uniquenessViolation: 12 } as const;

export function unpack(code: number): PlatformCode {
  return { errorType: code & 0xff, objectType: (code >> 8) & 0xff, objectProperty: (code >> 16) & 0xffff };
}

export function describe(code: PlatformCode): string {
  return `error type ${code.errorType}, object type ${code.objectType}, property ${code.objectProperty}`;
}
