export type SolutionState = 'onboarding' | 'active' | 'changing' | 'offboarding' | 'offboarded' | 'failed';

/** As the rows of solutions have it. */
interface Standing {
  readonly state: SolutionState;
  readonly live: boolean;
  readonly operation_kind: string;
  readonly operation_state: string;
}

/** Why a solution is in its state, in a sentence: an onboarding that was cancelled leaves it `failed`, and so does one that was given up. */
export function solutionSummary({
  state,
  live,
  operation_kind: kind,
  operation_state: end,
}: Standing): string {
  switch (state) {
    case 'onboarding':
    case 'changing':
    case 'offboarding':
      return `${state}; its operation is ${end}`;
    case 'active':
      if (end === 'completed') return 'active';
      return end === 'abandoned'
        ? `active; its last operation, the ${kind}, was abandoned: see what that left behind, and verify it`
        : `active as before; its last operation, the ${kind}, ${ended(end)}`;
    case 'offboarded':
      return 'offboarded; what it had put in has been taken out, and its names may be used again';
    case 'failed':
      return whyFailed(kind, end, live);
  }
}

function whyFailed(kind: string, end: string, live: boolean): string {
  if (!live) return `failed; its ${kind} ${ended(end)}, and its names may be used again`;
  return end === 'abandoned'
    ? `failed; its ${kind} was abandoned: it keeps its names until what is left behind is taken out with DELETE`
    : `failed as before; its last operation, the ${kind}, ${ended(end)}`;
}

const ended = (end: string): string =>
  end === 'cancelled' ? 'was cancelled, as asked for, and undone' : `${end} and was undone`;
