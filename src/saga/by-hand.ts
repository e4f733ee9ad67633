/**
 * Thrown by a driver that has no way to look at, or to do, what it is asked: neither a failure nor a refusal. A person
 * has to look or to act, so the engine makes a task of it.
 */
export class ByHand extends Error {
  /** @param detail why the driver cannot, in a sentence for a person */
  constructor(readonly detail: string) {
    super(detail);
    this.name = 'ByHand';
  }
}

/** What could be seen, or why nobody but a person can see it. */
export type MaybeSeen<T> = { readonly seen: T } | { readonly unseen: string };

/** For checks that are left out, with a warning, where nobody but a person can make them. */
export async function whereSeen<T>(look: Promise<T>): Promise<MaybeSeen<T>> {
  try {
    return { seen: await look };
  } catch (error) {
    if (error instanceof ByHand) return { unseen: error.detail };
    throw error;
  }
}
