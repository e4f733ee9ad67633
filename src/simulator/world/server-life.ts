import { Access, Status } from './ids.js';
import type { Draft } from './draft.js';
import { tick } from './interruptions.js';
import type { ConfigObject, RunMode, Server, Transition } from './records.js';
import { sameId } from './records.js';
import { effectiveMask } from './rights.js';
import { beginStart, isPrimary, partnerOf, putServer, serverOf } from './server-records.js';

/** Carries out what has become due on one server. */
export function advance(draft: Draft, applicationDbid: number): void {
  for (;;) {
    const { application, server } = serverOf(draft, applicationDbid);
    const [due, ...transitions] = server.transitions;
    if (!due || due.at > draft.now) return;
    step(draft, application, { ...server, transitions }, due.to, server);
    tick(draft, applicationDbid);
  }
}

/** @param server without the transition that is carried out. @param before the same with it, as the log shows it */
function step(
  draft: Draft,
  application: ConfigObject,
  server: Server,
  to: Transition['to'],
  before: Server,
): void {
  const become = (change: Partial<Server>, effect = 'status'): Server =>
    putServer(draft, application, before, { ...server, ...change }, effect);
  switch (to) {
    case 'primary': {
      const partner = partnerOf(draft, application.dbid);
      const isLed = partner !== null && isPrimary(partner.server);
      if (isLed)
        putServer(
          draft,
          partner.application,
          partner.server,
          { ...partner.server, runMode: 'backup' },
          'switch-over',
        );
      become({ runMode: 'primary' }, 'switch-over');
      return;
    }
    case Status.running: {
      const reason = whyItGivesUp(draft, application, server);
      const runningAs = draft.account(application.dbid) ?? null;
      if (reason === null)
        become({ status: Status.running, runMode: modeOnStart(draft, application.dbid), runningAs });
      else putServer(draft, application, before, { ...server, ...DOWN }, 'status', { reason });
      return;
    }
    case Status.stopped: {
      const isWanted = application.keyValues['userProperties']?.['sml']?.['autostart'] === 'true';
      const again = { at: draft.now + draft.switches.autostartMs, to: Status.startPending };
      become({ ...DOWN, transitions: draft.switches.autostart && isWanted ? [again] : [] });
      return;
    }
    case Status.startPending:
      beginStart(draft, application, server);
      return;
    default:
      become({ status: to });
  }
}

const DISABLED = '2';
const DOWN = { status: Status.stopped, runMode: 'none', runningAs: null } as const;

function modeOnStart(draft: Draft, applicationDbid: number): RunMode {
  return isPrimary(partnerOf(draft, applicationDbid)?.server) ? 'backup' : 'primary';
}

/** Why a starting server does not come up, or null: Configuration Server refuses its session, or it misses what it must read. */
export function whyItGivesUp(draft: Draft, application: ConfigObject, server: Server): string | null {
  const account = draft.account(application.dbid);
  if (!account) return 'it has no account';
  const { world, switches } = draft;
  const owner = draft.object(account.type, account.dbid);
  if (!owner) return 'its account does not exist';
  if (switches.disabledAccount === 'refused' && owner.scalars['state'] === DISABLED)
    return 'its account is disabled';
  if (switches.sessionNeedsExecute && (effectiveMask(world, account, application) & Access.execute) === 0)
    return 'its account lacks Execute on the application';
  if (switches.pairRule === 'start') {
    const partner = partnerOf(draft, application.dbid);
    const partnerAccount = partner ? draft.account(partner.application.dbid) : undefined;
    if (partnerAccount && !sameId(partnerAccount, account)) return 'its account is not that of its partner';
  }
  const missing = server.behaviour.needsRead?.find(
    (id) => (effectiveMask(world, account, id) & Access.read) === 0,
  );
  return missing ? `its account cannot read object ${missing.type}/${missing.dbid}` : null;
}
