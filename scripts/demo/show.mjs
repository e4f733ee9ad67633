// The show itself, act by act.
import { Refused } from './api.mjs';
import { follow } from './progress.mjs';
import { bold, dim, green, heading, red, say, table, yellow } from './terminal.mjs';
import { findingLine, planRow, stateWord } from './words.mjs';
import { countsOf, differences, sayWhoReads, World } from './world.mjs';

const dataDir = process.env.DATA_DIR || '.data';

/** @returns whether everything was as it should be */
export async function show(api, simulatorUrl) {
  const world = new World(simulatorUrl);
  const { onboard, 'fails-half-way': failing } = await api.examples();
  const onboarded = await onboardExample(api, world, onboard);
  const undone = await undoExample(api, world, failing);
  return onboarded && undone;
}

async function onboardExample(api, world, request) {
  const there = await api.solution(request);
  if (there !== undefined && there.state !== 'failed') return showExisting(api, world, request, there);
  const { planId } = await showPlan(api, request);
  heading('Isolation before: what the running servers read');
  sayWhoReads(await world.snapshot(), request.businessProcesses);
  // By its planId: what was shown is what is done, or the operation fails before its first effect.
  return onboardNow(api, world, { ...request, planId });
}

async function showPlan(api, request) {
  heading('What would be done, asked with validate_only=true; nothing is changed');
  const plan = await api.call('POST', '/v1/solutions?validate_only=true', request);
  table(['step', 'action', 'object', 'before', 'after'], plan.actions.map(planRow));
  if (plan.findings.length > 0) say();
  for (const finding of plan.findings) say(findingLine(finding));
  return plan;
}

async function onboardNow(api, world, request) {
  heading(`Onboarding "${request.key}"`);
  let accepted;
  try {
    accepted = await api.call('POST', '/v1/solutions', request);
  } catch (error) {
    // Somebody was quicker in the explorer.
    if (!(error instanceof Refused) || error.problem.code !== 'solution-exists') throw error;
    return showExisting(api, world, request, await api.get(error.problem.href));
  }
  const operation = await follow(api, accepted.href);
  return showResult(api, world, operation, request);
}

async function showExisting(api, world, request, solution) {
  heading(`The solution "${solution.key}" is there already`);
  if (solution.lastOperation.done) {
    say(
      `  From an earlier run: ${solution.state}, ${solution.lastOperation.kind} ${stateWord(solution.lastOperation.state)}.`,
    );
    say(`  To start over, stop the service and remove its data: ${bold(`rm -rf ${dataDir}`)}`);
  } else {
    say('  An earlier run was interrupted; the service went on with the operation when it started.\n');
  }
  const operation = await follow(api, solution.lastOperation.href);
  return showResult(api, world, operation, request);
}

async function showResult(api, world, operation, request) {
  if (operation.state !== 'completed') {
    sayWhy(api, operation);
    return false;
  }
  heading('Isolation after: verified on the target, and what the running servers read now');
  const { isolation, drift, findings } = await api.call('POST', `${operation.solution.href}/verify`);
  const state = isolation.state ?? isolation;
  say(
    `  isolation ${state === 'verified' ? green(state) : red(state)}, drift: ${drift.length === 0 ? 'none' : `${drift.length} actions`}`,
  );
  for (const finding of findings) say(findingLine(finding));
  say();
  sayWhoReads(await world.snapshot(), request.businessProcesses);
  return (await sayEvents(api, operation)) && state === 'verified' && drift.length === 0;
}

/** The example that fails at the rebind; a run that was interrupted is followed to its end and then done once more, to have a "before". */
async function undoExample(api, world, request) {
  const there = await api.solution(request);
  if (there !== undefined && !there.lastOperation.done) {
    heading(`"${request.key}" was interrupted; the service went on with the undo when it started`);
    await follow(api, there.lastOperation.href);
  }
  heading(`"${request.key}" fails half-way, by a trap in the simulator, and is undone`);
  const before = await world.snapshot();
  say(dim(`  Kept for comparison: ${countsOf(before)}.\n`));
  const accepted = await api.call('POST', '/v1/solutions', request);
  const operation = await follow(api, accepted.href);
  if (operation.error !== null) say(`\n  It failed: ${yellow(operation.error.detail)}`);
  if (operation.state !== 'failed') {
    sayWhy(api, operation);
    return false;
  }
  const after = await world.snapshot();
  const lines = differences(before, after);
  if (lines.length > 0) {
    say(red('\n  The target is not what it was:'));
    for (const line of lines) say(`    ${line}`);
    return false;
  }
  say(green(`\n  The target is back to what it was: ${countsOf(after)} compared, no difference.`));
  return sayEvents(api, operation);
}

function sayWhy(api, { state, error, waitingFor, possibleVerbs, href }) {
  say(`\n  It is ${stateWord(state)}: ${error?.detail ?? waitingFor?.detail ?? 'no reason given'}`);
  if (possibleVerbs.length > 0)
    say(`  Possible now: ${possibleVerbs.join(', ')}; see ${api.url}/docs and ${api.url}${href}`);
}

/** The feed is stamped after the commit, some milliseconds behind: asked again until the end is in it. */
async function sayEvents(api, operation) {
  const last = `solution-onboarding.operation.${operation.state}.v1`;
  let events = [];
  for (let attempt = 0; attempt < 50; attempt += 1) {
    events = await api.eventsOf(operation.solution.id);
    if (events.some(({ type, data }) => type === last && data.id === operation.id)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const numbers = events.map(({ sequence }) => Number(sequence));
  const isGapFree = numbers.length > 0 && numbers.every((number, i) => number === i + 1);
  const words = isGapFree
    ? `${events.length} events, sequence 1 to ${numbers.length} without a gap`
    : `the sequence has a gap: ${numbers.join(', ')}`;
  say(`\n  Event feed of "${operation.solution.key}": ${isGapFree ? words : red(words)}.`);
  return isGapFree;
}
