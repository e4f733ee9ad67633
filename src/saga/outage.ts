import type { ActionRecord, Position } from './position.js';

/** Its effect may stand at the target: ours or not, there is something to be closed or restored. */
const mayStand = (action: ActionRecord): boolean =>
  action.ours && action.state !== 'planned' && action.state !== 'failed' && action.state !== 'reverted';

/** The outage is one section: from the first stop until every server of the step that ran before runs again. */
export function insideOutage(position: Position): boolean {
  return position.steps.some((step) => {
    const actions = position.actions.filter((action) => action.position === step.position);
    if (!actions.some((action) => action.spec.outage === 'opens' && mayStand(action))) return false;
    return (
      position.direction === 'undo' ||
      actions.some((action) => action.spec.outage === 'closes' && action.state !== 'done')
    );
  });
}

/** No server of the solution runs as primary, because of us. */
export function isServiceDown(position: Position): boolean {
  const lost = position.actions.some((action) => action.spec.service === 'lost' && mayStand(action));
  if (!lost) return false;
  return !position.actions.some((action) => action.spec.service === 'restored' && action.state === 'done');
}

/** Something has been started that cannot be taken back: only forward, or abandon. */
export function irreversibleStarted(position: Position): boolean {
  return position.actions.some((action) => action.spec.irreversible === true && mayStand(action));
}
