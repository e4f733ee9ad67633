import { reading } from '../../../saga/call.js';
import type { Json } from '../../../saga/json.js';
import { canonical, sameJson } from '../../../saga/json.js';
import type { Annex } from '../../../solutions/ports/config-objects.js';
import { encodeGroupAnnex } from '../../gws/kinds/access-group.js';
import { kinds } from '../../gws/kinds/kinds.js';
import { encodePersonAnnex } from '../../gws/kinds/person.js';
import type { Wire } from '../../gws/wire.js';
import type { ScratchCheck } from '../check.js';
import type { Answer } from '../fact.js';
import { broken, held } from '../fact.js';
import { isOk } from '../raw-answer.js';
import type { Scratch } from './scratch.js';
import { otherAnnex, Unmade } from './scratch.js';
import { whyRefused } from './why-refused.js';

/** Not the service's own section: a run that is killed leaves nothing that looks like a solution's. */
const section = 'solution-onboarding-conformance-mark';
/** The keys of a mark on what was there before. */
const keys = { solution: 'conformance', operation: 'conformance', adopted: 'true' };

interface Marking {
  readonly kind: 'accessGroup' | 'person';
  readonly dbid: number;
  /** Deltas that may write it, ours first, and what another than ours means. */
  readonly writing: readonly { readonly delta: Wire; readonly setting: string }[];
  readonly takingAway: Wire;
}

interface Holding {
  readonly [attribute: string]: Json;
  readonly annex: Annex;
}

/** Everything that we read of it. @throws Unmade */
async function look({ site }: Scratch, { kind, dbid }: Marking): Promise<Holding> {
  const found = await site.target.objects.get(reading, kind, dbid);
  if (found === null)
    throw new Unmade(`${kinds[kind].collection}/${dbid}, which was just made, is not there`);
  return found as unknown as Holding;
}

/** @returns why it was refused; empty when it was taken */
async function put({ site }: Scratch, { kind }: Marking, delta: Wire): Promise<string> {
  const { collection, singular } = kinds[kind];
  const answer = await site.gws.request('PUT', collection, { [`delta-${singular}`]: delta });
  return isOk(answer) ? '' : whyRefused(answer, site.config);
}

/** What adopting does to an object, and its undo. */
async function writeAndTakeAway(scratch: Scratch, marking: Marking): Promise<Answer> {
  const before = await look(scratch, marking);
  const marked = { ...before, annex: { ...before.annex, [section]: keys } };
  const refusals: string[] = [];
  for (const { delta, setting } of marking.writing) {
    const refused = await put(scratch, marking, delta);
    if (refused !== '') refusals.push(refused);
    const after = await look(scratch, marking);
    if (after.annex[section] === undefined) continue;
    const stays = await put(scratch, marking, marking.takingAway);
    const last = await look(scratch, marking);
    if (!sameJson(after, marked)) return broken(`before ${canonical(before)}, marked ${canonical(after)}`);
    if (!sameJson(last, before)) return broken(`it does not go: ${stays || canonical(last)}`);
    return setting === '' ? held('written and taken away') : broken(setting);
  }
  const why = refusals[0] ?? 'it is taken and not kept';
  return broken(`${why}; nothing that was set up by hand can be adopted`);
}

/** The mark on what is there already: what `onExisting: adopt` writes first. */
export const markChecks: readonly ScratchCheck[] = [
  {
    id: 'group-marked',
    channel: 'objects',
    text: 'A mark is written into the annex of an access group that is there, beside what it holds, and taken away again.',
    source: 'concluded from the class of the delta; not seen in JSON',
    questions: [15],
    attempt: async (scratch) => {
      const dbid = await scratch.group();
      const ours = scratch.site.config.conventions;
      const other = otherAnnex(ours);
      return writeAndTakeAway(scratch, {
        kind: 'accessGroup',
        dbid,
        writing: [
          { delta: encodeGroupAnnex(dbid, section, keys, ours), setting: '' },
          {
            delta: encodeGroupAnnex(dbid, section, keys, other),
            setting: `it is kept only where conventions.accessGroupAnnex is "${other.accessGroupAnnex}"`,
          },
        ],
        takingAway: encodeGroupAnnex(dbid, section, null, ours),
      });
    },
  },
  {
    id: 'person-marked',
    channel: 'objects',
    text: 'The same of a Person.',
    source: 'concluded from CfgDeltaPerson, which is documented; not seen in JSON',
    attempt: async (scratch) => {
      const { dbid } = await scratch.person();
      return writeAndTakeAway(scratch, {
        kind: 'person',
        dbid,
        writing: [{ delta: encodePersonAnnex(dbid, section, keys), setting: '' }],
        takingAway: encodePersonAnnex(dbid, section, null),
      });
    },
  },
];
