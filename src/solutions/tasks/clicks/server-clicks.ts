import type { Work } from '../work.js';
import { called } from '../work.js';
import type { Clicks } from './clicks.js';

const inControlInterface =
  'Configuration Manager cannot do this. In Solution Control Interface open the list Applications';
const inAdministrator = 'In Genesys Administrator go to Monitoring > Environment > Applications';

/** Stops or starts one server; going back, the opposite of what the action did. */
export function serverClicks(work: Work): Clicks {
  return work.wanted === 'stopped' ? stop(work) : start(work);
}

function stop({ object, stopMode, direction, serving }: Work): Clicks {
  const server = called(object);
  // The way back restores the service: it waits for no interactions unless that was asked for in every case.
  const graceful = direction === 'forward' ? stopMode !== 'forced' : stopMode === 'graceful';
  const press = graceful
    ? 'Stop Gracefully (Graceful Stop): it finishes what it has begun and takes nothing new'
    : 'Stop';
  const patience =
    stopMode === 'graceful-then-forced' && graceful
      ? ['If it does not stop within its shutdown time-out, choose Stop.']
      : [];
  const wait = 'Wait until its status is Stopped.';
  const beforehand =
    serving === null || direction === 'undo'
      ? []
      : [
          `See that "${serving}" is Started and runs as primary (in Solution Control Interface by its mode). If it does not, stop nothing and report the task as not done: the service would be interrupted.`,
        ];
  return {
    summary: `Stop ${server}.`,
    configurationManager: [
      `${inControlInterface} and find ${server}. Write down whether it runs.`,
      ...beforehand,
      `If it runs: right-click it and choose ${press}.`,
      ...patience,
      wait,
    ],
    genesysAdministrator: [
      `${inAdministrator} and select ${server}. Write down whether it runs.`,
      ...beforehand,
      `If it runs: press ${press}.`,
      ...patience,
      wait,
    ],
  };
}

function start({ object }: Work): Clicks {
  const server = called(object);
  const wait =
    'Wait until its status is Started and see that it stays so for a minute: a server that lacks a right comes up and dies soon after.';
  return {
    summary: `Start ${server}.`,
    configurationManager: [
      `${inControlInterface} and find ${server}. Write down whether it runs.`,
      'If it does not run: right-click it and choose Start.',
      wait,
    ],
    genesysAdministrator: [
      `${inAdministrator} and select ${server}. Write down whether it runs.`,
      'If it does not run: press Start.',
      wait,
    ],
  };
}

/** Makes one server of a pair the primary. */
export function switchOverClicks({ object, whom, wanted }: Work): Clicks {
  const primary = (wanted as { readonly primary: string }).primary;
  const becomes = primary === object.name ? object : (whom ?? object);
  const other = becomes === object ? whom : object;
  const former = other === null ? 'the other server of the pair' : called(other);
  const see = `Wait until ${called(becomes)} runs as primary and ${former} as backup.`;
  return {
    summary: `Make ${called(becomes)} the primary of its pair.`,
    configurationManager: [
      `${inControlInterface}, find ${former}, and write down which of the two runs as primary (column Mode).`,
      `If ${called(becomes)} is not primary yet: right-click ${former} and choose Switchover.`,
      see,
    ],
    genesysAdministrator: [
      `${inAdministrator}, and write down which of the two runs as primary (column Mode).`,
      `If ${called(becomes)} is not primary yet: select ${former}, choose Switch-over, and confirm.`,
      see,
    ],
  };
}
