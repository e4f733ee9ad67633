import { CallError } from '../../saga/call-error.js';
import { messageOf } from '../../errors.js';
import type { ChannelName } from '../channel.js';
import type { ScratchCheck } from './check.js';
import { readingChecks, scratchChecks } from './checks.js';
import type { Answer, CheckedFact, Fact } from './fact.js';
import { broken, unknown } from './fact.js';
import { neverChecked } from './open-questions.js';
import { leftByOthers, removeAll } from './scratch/removal.js';
import { describeMade } from './scratch/made.js';
import { Interrupted, Scratch, Unmade } from './scratch/scratch.js';
import type { Site } from './site.js';

export interface ConformanceOptions {
  /** Makes and removes objects of its own. */
  readonly scratch: boolean;
  /** Where they are made; left out: Environment, or the only tenant. */
  readonly tenant?: string | undefined;
  /** Somebody wants it to stop: nothing more is asked or made, what was made is removed. */
  readonly isInterrupted?: () => boolean;
  readonly onFact?: (fact: CheckedFact) => void;
}

export interface Conformance {
  readonly target: string;
  readonly facts: readonly CheckedFact[];
  /** Channels that could not be used at all, and why. */
  readonly unusable: Readonly<Partial<Record<ChannelName, string>>>;
  /** What could not be removed, and why. */
  readonly leftBehind: readonly string[];
  readonly isInterrupted: boolean;
}

/** The tenant that was named is not there. */
export class NoSuchTenant extends Error {}

/** Holds a site against everything that the service relies on; leaves it as it was. @throws NoSuchTenant */
export async function checkConformance(site: Site, options: ConformanceOptions): Promise<Conformance> {
  const { onFact = () => undefined, isInterrupted = () => false } = options;
  const unusable = await site.unusable();
  const facts: CheckedFact[] = [];
  const keep = (fact: Fact, answer: Answer): void => {
    const { id, channel, text, source, questions = [] } = fact;
    const checked = { id, channel, text, source, questions, ...answer };
    facts.push(checked);
    onFact(checked);
  };
  const ask = async (
    fact: Fact & Pick<ScratchCheck, 'needs' | 'isMaking'>,
    question: () => Promise<Answer>,
  ) => {
    const channels = [fact.channel, ...(fact.needs ?? [])];
    const dead = channels.find((channel) => unusable.has(channel));
    const hand = channels.find((channel) => site.isByHand(channel));
    if (isInterrupted()) keep(fact, stopped);
    else if (hand !== undefined) keep(fact, isWorkedBy(hand));
    else if (dead !== undefined) keep(fact, cannotUse(dead));
    else keep(fact, await answerOf(question, fact.isMaking === true));
  };
  const canMake = options.scratch && !unusable.has('objects');
  const tenantDbid = canMake ? await tenantOf(site, options.tenant) : 0;

  for (const check of readingChecks) await ask(check, () => check.ask(site));
  let leftBehind: readonly string[] = [];
  if (!unusable.has('objects') && !isInterrupted()) await ask(leftovers, () => lookForLeftovers(site));
  if (canMake) {
    const scratch = new Scratch(site, tenantDbid, isInterrupted);
    try {
      for (const check of scratchChecks) await ask(check, () => check.attempt(scratch));
    } finally {
      leftBehind = await removeAll(scratch);
    }
  } else for (const check of scratchChecks) keep(check, notAsked);
  for (const fact of neverChecked) keep(fact, fact);
  return {
    target: site.config.name,
    facts,
    unusable: Object.fromEntries(unusable),
    leftBehind,
    isInterrupted: isInterrupted(),
  };
}

const stopped = unknown('not asked: interrupted');
const notAsked = unknown('shows only on objects that are made for it: --scratch');
const isWorkedBy = (channel: ChannelName): Answer => unknown(`${channel} is worked by a person here`);
const cannotUse = (channel: ChannelName): Answer => unknown(`the channel ${channel} cannot be used`);

/** Understood and refused, or not understood: what we rely on is not so. No answer: that cannot be told. */
async function answerOf(question: () => Promise<Answer>, isMaking: boolean): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof Interrupted) return stopped;
    if (error instanceof Unmade) return isMaking ? broken(error.message) : unknown(error.message);
    if (!(error instanceof CallError)) return unknown(`the check itself failed: ${messageOf(error)}`);
    const isAnswer = ['invalid', 'transient', 'conflict'].includes(error.errorClass);
    return isAnswer ? broken(error.detail) : unknown(error.detail);
  }
}

const leftovers: Fact = {
  id: 'nothing-left',
  channel: 'objects',
  text: 'No earlier run of this check has left anything behind.',
  source: 'our own',
};

async function lookForLeftovers(site: Site): Promise<Answer> {
  const left = await leftByOthers(site);
  return left.length === 0
    ? { verdict: 'held', found: 'nothing' }
    : broken(`${left.map(describeMade).join(', ')}: remove them, unless another run is at it now`);
}

async function tenantOf(site: Site, wanted: string | undefined): Promise<number> {
  const tenants = await site.all('tenant');
  const names = tenants.map(({ name }) => `"${name}"`).join(', ');
  const found =
    tenants.find(({ name }) => name === (wanted ?? 'Environment')) ??
    (wanted === undefined ? tenants[0] : undefined);
  if (found === undefined)
    throw new NoSuchTenant(
      `There is no tenant "${wanted ?? 'Environment'}" at this site; seen: ${names || 'none'}.`,
    );
  return found.dbid;
}
