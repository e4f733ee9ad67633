// Onboards a tenant's worth of solutions from a file, as a client of the REST interface. docs/bulk.md
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { say } from './demo/terminal.mjs';
import { BadFile, Unreadable } from './onboard/bad-file.mjs';
import { onboardAll } from './onboard/onboard-all.mjs';
import { planAll } from './onboard/plan-all.mjs';
import { Progress } from './onboard/progress.mjs';
import { readSolutions } from './onboard/read-file.mjs';
import { Service, Unusable } from './onboard/service.mjs';

const usage = `usage: npm run onboard -- --file FILE [--plan] [--at-once N] [--url URL] [--api-key-file FILE]
  --file FILE          JSON (a list of requests) or CSV
  --plan               shows what would be done, and changes nothing
  --at-once N          operations at once, 1 to 100 (4)
  --url URL            of the service; else ONBOARDING_URL, else http://127.0.0.1:8080
  --api-key-file FILE  holds the API key; else ONBOARDING_API_KEY_FILE, else the key itself in ONBOARDING_API_KEY`;

const exitCode = { fine: 0, notAll: 1, nothingDone: 2, interrupted: 130 };

/** Something the caller can mend: said in a sentence. */
class Stop extends Error {}

function readArguments() {
  const string = { type: 'string' };
  try {
    const options = {
      file: string,
      plan: { type: 'boolean', default: false },
      'at-once': string,
      url: string,
      'api-key-file': string,
    };
    const { values } = parseArgs({ options });
    if (values.file === undefined) throw new Error('--file is required');
    const most = values['at-once'] ?? '4';
    if (!/^[1-9]\d?$|^100$/.test(most)) throw new Error('--at-once is a whole number from 1 to 100');
    const url = values.url ?? (process.env.ONBOARDING_URL || 'http://127.0.0.1:8080');
    if (!/^https?:$/.test(protocolOf(url))) throw new Error(`"${url}" is no http or https URL`);
    return {
      file: values.file,
      isPlan: values.plan,
      most: Number(most),
      url,
      apiKey: apiKeyOf(values['api-key-file']),
    };
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Stop(`${error.message}\n${usage}`);
  }
}

const protocolOf = (url) => (URL.canParse(url) ? new URL(url).protocol : '');

function apiKeyOf(option) {
  const file = option ?? process.env.ONBOARDING_API_KEY_FILE;
  if (!file) return process.env.ONBOARDING_API_KEY || undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Unreadable(file, option === undefined ? 'ONBOARDING_API_KEY_FILE' : '--api-key-file', error);
  }
}

async function plan(service, lines, { most, signal, isPlan }) {
  const progress = new Progress(lines.length);
  const onPlan = ({ line, request, idempotencyKey, state, actions, errors }) =>
    progress.change({
      line,
      request,
      idempotencyKey,
      isEnded: true,
      isWorthALine: isPlan,
      text:
        state === 'planned'
          ? `${actions.length} actions, ${errors.length} errors`
          : state === 'there'
            ? 'is there already'
            : 'refused',
    });
  const plans = await planAll(service, lines, { most, signal, onPlan });
  progress.end();
  for (const { line, request, errors, warnings } of plans) {
    for (const one of errors) say(`line ${line} ${request.key}: error ${one}`);
    if (isPlan) for (const one of warnings) say(`line ${line} ${request.key}: warning ${one}`);
  }
  const actions = plans.reduce((sum, one) => sum + one.actions.length, 0);
  const bad = plans.filter(({ errors }) => errors.length > 0).length;
  say(`planned: ${plans.length} solutions, ${actions} actions, ${bad} with errors`);
  return { plans, isFine: bad === 0 };
}

async function onboard(service, lines, { most, signal }) {
  const progress = new Progress(lines.length);
  // By key: in a file without line ends all of them stand on one line.
  const ended = new Map();
  const onChange = ({ line, request, idempotencyKey, operation, outcome, detail }) => {
    const text =
      detail ??
      (outcome === null ? operation.summary : `${outcome}: ${operation.error?.detail ?? operation.summary}`);
    if (outcome !== null) ended.set(idempotencyKey, outcome);
    progress.change({
      line,
      request,
      idempotencyKey,
      text,
      isEnded: outcome !== null,
      isWorthALine: outcome !== 'completed',
    });
  };
  try {
    await onboardAll(service, lines, { most, signal, onChange });
  } finally {
    progress.end();
    const outcomes = [...ended.values()];
    const counts = [...new Set(outcomes)].map(
      (one) => `${outcomes.filter((other) => other === one).length} ${one}`,
    );
    const open = lines.length - outcomes.length;
    say(
      `onboarded: ${[...counts, ...(open > 0 ? [`${open} not ended`] : [])].join(', ')} of ${lines.length}`,
    );
  }
  return (
    ended.size === lines.length &&
    [...ended.values()].every((outcome) => ['completed', 'scheduled'].includes(outcome))
  );
}

async function main() {
  const { file, isPlan, most, url, apiKey } = readArguments();
  const lines = readSolutions(file);
  const interrupted = new AbortController();
  const { signal } = interrupted;
  const stop = () => interrupted.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const service = new Service(url, apiKey, signal);
  try {
    const { plans, isFine } = await plan(service, lines, { most, signal, isPlan });
    if (isPlan && !signal.aborted) return isFine ? exitCode.fine : exitCode.notAll;
    if (!isFine) {
      say('Nothing was begun: mend these lines, or take them out.');
      return exitCode.notAll;
    }
    const isDone = await onboard(service, plans, { most, signal });
    if (!signal.aborted) return isDone ? exitCode.fine : exitCode.notAll;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  say('Interrupted: what was begun goes on in the service; run it again to follow it and to begin the rest.');
  return exitCode.interrupted;
}

main().then(
  (code) => (process.exitCode = code),
  (error) => {
    const isTheirs = [Stop, BadFile, Unreadable, Unusable].some((kind) => error instanceof kind);
    process.stderr.write(`${isTheirs ? error.message : error.stack}\n`);
    process.exit(exitCode.nothingDone);
  },
);
