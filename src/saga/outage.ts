import type { ActionRecord, Position } from './position.js';
import { isSkipped, keyOf } from './position.js';

/** From its intent on: a stored position does not tell whether the effect has been sent since. */
const begun = (action: ActionRecord): boolean =>
  action.ours && action.state !== 'planned' && action.state !== 'failed' && action.state !== 'reverted';

/** Its effect may stand at the target. Asked by the worker in charge, which knows what it has sent: reading stops no server. */
const mayStand = (position: Position, action: ActionRecord): boolean =>
  begun(action) &&
  (action.state !== 'started' || action.uncertain !== null || position.live.sent.has(keyOf(action)));

/** The outage is one section: from the first stop until every server of the step that ran before runs again. */
export function insideOutage(position: Position): boolean {
  return position.steps.some((step) => {
    const actions = position.actions.filter((action) => action.position === step.position);
    const isOpen = (action: ActionRecord): boolean =>
      action.spec.outage === 'opens' && mayStand(position, action) && !isSkipped(action);
    if (!actions.some(isOpen)) return false;
    return (
      position.direction === 'undo' ||
      actions.some((action) => action.spec.outage === 'closes' && action.state !== 'done')
    );
  });
}

/** No server of the solution runs as primary, because of us. */
export function isServiceDown(position: Position): boolean {
  const lost = position.actions.some(
    (action) => action.spec.service === 'lost' && mayStand(position, action),
  );
  if (!lost) return false;
  return !position.actions.some((action) => action.spec.service === 'restored' && action.state === 'done');
}

/** The stop that takes the last server away has had its effect, or the start that brought one back has been taken back. */
export const isSeenDown = (position: Position): boolean =>
  position.actions.some(
    ({ spec, state }) =>
      (spec.service === 'lost' && state === 'done') || (spec.service === 'restored' && state === 'reverted'),
  );

/** Something has been started that cannot be taken back: only forward, or abandon. */
export function irreversibleStarted(position: Position): boolean {
  return position.actions.some((action) => action.spec.irreversible === true && begun(action));
}
