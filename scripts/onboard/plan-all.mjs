// One plan for all lines: what each would do, and what two of them would do to one server.
import { Refused } from '../demo/api.mjs';
import { atOnce } from './at-once.mjs';

const applicationType = 9;
const live = ['onboarding', 'active', 'changing', 'offboarding'];

/**
 * @returns the lines, each with `{ state, actions, errors, warnings, lastOperation }`; state is `planned`, `there` (a live solution
 * of this identity, which only its operation can tell about) or `refused`
 */
export async function planAll(service, lines, { most, signal, onPlan }) {
  const plans = new Map();
  await atOnce(most, lines, signal, async (one) => {
    const plan = { ...one, ...(await planOf(service, one.request)) };
    plans.set(one, plan);
    onPlan(plan);
  });
  const planned = lines.flatMap((one) => plans.get(one) ?? []);
  for (const { plan, detail } of sharedServers(planned)) plan.errors.push(detail);
  return planned;
}

async function planOf(service, request) {
  const none = { actions: [], errors: [], warnings: [] };
  const known = await service.solution(request);
  // What an earlier run has seen end is known by it: operations are numbered in the order of their beginning.
  none.lastOperation = known?.lastOperation.id ?? '';
  if (known !== undefined && live.includes(known.state)) return { ...none, state: 'there' };
  try {
    const { actions, findings } = await service.plan(request);
    const said = (severity) =>
      findings.filter((one) => one.severity === severity).map((one) => `${one.code}: ${one.detail}`);
    return {
      ...none,
      state: 'planned',
      actions: actions.filter(({ kind }) => kind !== 'none'),
      errors: said('error'),
      warnings: said('warning'),
    };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ...none, state: 'refused', errors: [error.message] };
  }
}

/** The backup of one line may be the server of another: that shows in the plans only. */
function sharedServers(plans) {
  const first = new Map();
  return plans.flatMap((plan) => {
    const servers = plan.actions.flatMap(({ object }) =>
      object?.type === applicationType ? [object.name ?? object.dbid] : [],
    );
    return [...new Set(servers)].flatMap((server) => {
      const id = JSON.stringify([plan.request.target ?? '', server]);
      const other = first.get(id);
      if (other === undefined) first.set(id, plan.line);
      return other === undefined
        ? []
        : [{ plan, detail: `the server "${server}" is changed by line ${other} too` }];
    });
  });
}
