/** What to do, in two tools of the vendor; the names of menus are those of its documentation and differ a little by version. */
export interface Clicks {
  /** In one sentence. */
  readonly summary: string;
  readonly configurationManager: readonly string[];
  readonly genesysAdministrator: readonly string[];
}
