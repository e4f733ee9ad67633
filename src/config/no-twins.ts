import type * as z from 'zod';

/** For `superRefine` on a list of names: each that stands there once more is a fault of its own. */
export function noTwins(names: readonly string[], context: z.core.$RefinementCtx): void {
  names.forEach((name, index) => {
    const first = names.indexOf(name);
    if (first < index)
      context.addIssue({ code: 'custom', path: [index], message: `is the same as the one at ${first}` });
  });
}
