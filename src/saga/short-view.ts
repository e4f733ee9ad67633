/**
 * What bounds the operation in events and lists. Kafka refuses a record above 1 MiB by default, and an event that is
 * refused would hold up all that come after it; a finding or something left behind may come with each of 500 Business
 * Processes. The worst that these let through is some 600 kB: 100 × (500 + 2 × 255 characters of up to 3 bytes) each.
 */
const maxFindings = 100;
const maxLeftBehind = 100;
const maxTextLength = 500;

interface Shortenable {
  readonly steps: readonly { readonly findings: readonly { readonly detail: string }[] }[];
  readonly leftBehind: readonly { readonly detail: string }[];
  readonly waitingFor: { readonly detail: string } | null;
  readonly error: { readonly detail: string } | null;
}

/** The first findings over all steps and the first things left behind; `shortened` says that there is more to read. */
export function shortView<V extends Shortenable>(view: V): V & { readonly shortened?: true } {
  let room = maxFindings;
  const lost = { anything: false };
  const cut = <T extends { readonly detail: string }>(one: T): T => {
    if (one.detail.length <= maxTextLength) return one;
    lost.anything = true;
    return { ...one, detail: `${withoutHalf(one.detail.slice(0, maxTextLength - 1))}…` };
  };
  const first = <T extends { readonly detail: string }>(list: readonly T[], count: number): T[] => {
    if (list.length > count) lost.anything = true;
    return list.slice(0, count).map(cut);
  };
  const steps = view.steps.map((step) => {
    const findings = first(step.findings, room);
    room -= findings.length;
    return { ...step, findings };
  });
  const short = {
    ...view,
    steps,
    leftBehind: first(view.leftBehind, maxLeftBehind),
    waitingFor: view.waitingFor === null ? null : cut(view.waitingFor),
    error: view.error === null ? null : cut(view.error),
  };
  return lost.anything ? { ...short, shortened: true } : short;
}

/** A cut may go through a character of two halves; jsonb takes no half. */
const withoutHalf = (text: string): string => text.replace(/[\ud800-\udbff]$/, '');
