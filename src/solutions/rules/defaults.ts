import { createHash } from 'node:crypto';
import type { Desired } from '../desired.js';
import { Access } from '../ports/object-types.js';

/** What a request may leave out. */
export interface OnboardingRequest {
  readonly tenant: string;
  readonly key: string;
  readonly interactionServer: string;
  readonly businessProcesses: readonly string[];
  readonly displayName?: string | undefined;
  readonly accessGroup?:
    { readonly name?: string | undefined; readonly accessMask?: number | undefined } | undefined;
  readonly person?: { readonly [Name in keyof Desired['person']]?: string | undefined } | undefined;
  readonly onExisting?: Desired['onExisting'] | undefined;
  readonly isolation?: { readonly requireExclusive?: boolean | undefined } | undefined;
  readonly restart?:
    { readonly [Name in keyof Desired['restart']]?: Desired['restart'][Name] | undefined } | undefined;
}

/** Longest name, userName and employeeId that the platform keeps (facts sheet 3.2). */
const maxLength = 64;

/** The request with every default filled in, derived from target, tenant and key. */
export function withDefaults(
  request: OnboardingRequest,
  target: { readonly name: string; readonly pairRebind: Desired['restart']['mode'] },
): Desired {
  const { tenant, key } = request;
  const displayName = request.displayName ?? key;
  const userName = request.person?.userName ?? accountName(tenant, key);
  return {
    target: target.name,
    tenant,
    key,
    displayName,
    interactionServer: request.interactionServer,
    businessProcesses: request.businessProcesses,
    accessGroup: {
      name: request.accessGroup?.name ?? `${key}-account`,
      accessMask: request.accessGroup?.accessMask ?? Access.readAndExecute,
    },
    person: {
      userName,
      employeeId: request.person?.employeeId ?? shortened(userName.toUpperCase()),
      firstName: request.person?.firstName ?? 'IxnServer',
      lastName: request.person?.lastName ?? cut(displayName),
    },
    onExisting: request.onExisting ?? 'refuse',
    isolation: { requireExclusive: request.isolation?.requireExclusive ?? false },
    restart: {
      mode: request.restart?.mode ?? target.pairRebind,
      stopMode: request.restart?.stopMode ?? 'graceful-then-forced',
      startAfter: request.restart?.startAfter ?? 'as-found',
    },
  };
}

/** A userName is unique in the whole configuration database, a key only in its tenant: so the tenant is part of it. */
function accountName(tenant: string, key: string): string {
  const slug = tenant
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return shortened(`ixn-${slug === '' ? 'tenant' : slug}-${key}`);
}

/** Never through the middle of a surrogate pair: half a character is no text that can be stored. */
const cut = (text: string): string => text.slice(0, maxLength).replace(/\p{Cs}$/u, '');

/** Names too long keep their beginning and eight digits of their hash, so that two of them do not become one. */
function shortened(name: string): string {
  if (name.length <= maxLength) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, maxLength - hash.length - 1)}-${hash}`;
}
