/** An object that another live solution of the target holds. */
export interface HeldClaim {
  /** The natural name that was asked for (rules/natural-names.ts). */
  readonly resource: string;
  readonly solution: { readonly tenant: string; readonly key: string; readonly requireExclusive?: boolean };
}

/** Who holds which Business Processes and servers: each belongs to one live solution of a target. */
export abstract class Claims {
  /**
   * @param resources natural names, as in rules/natural-names.ts
   * @returns those held by other solutions than `solutionId`
   */
  abstract heldByOthers(
    target: string,
    resources: readonly string[],
    solutionId: string,
  ): Promise<readonly HeldClaim[]>;
}
