// The demo: onboards the example on the built-in simulator, shows one that fails half-way and is undone, and stays up.
import { parseArgs } from 'node:util';
import { Api } from './demo/api.mjs';
import { build, ServiceGone, startService } from './demo/service.mjs';
import { show } from './demo/show.mjs';
import { bold, dim, red, say } from './demo/terminal.mjs';

const usage =
  'usage: npm run demo [-- --exit]\n  --exit  end after the show with code 0, in place of staying up';
// npm hands Ctrl-C on to us, and the terminal has sent it already: the second of a pair is not a second wish.
const secondWishMs = 1_000;

/** Something the reader can mend: said in a sentence. */
class Stop extends Error {}

/** What would make this a demo on something real, or one that cannot sign in. */
const foreign = ['TARGETS', 'DATABASE_URL', 'DATABASE_URL_FILE', 'AUTH_API_KEYS'].filter(
  (name) => process.env[name],
);

function readArguments() {
  try {
    return parseArgs({ options: { exit: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\n${usage}\n`);
    process.exit(2);
  }
}

async function main() {
  const { exit: endsAfterShow } = readArguments();
  if (foreign.length > 0) {
    throw new Stop(
      `The demo changes the target it runs on, so it runs on the built-in simulator only: unset ${foreign.join(', ')}.`,
    );
  }
  build();
  say(dim('Starting the service …'));
  const service = startService();
  const asking = new AbortController();
  const interrupted = new Promise((resolve) => {
    let firstMs;
    const wish = () => {
      firstMs ??= Date.now();
      if (Date.now() - firstMs >= secondWishMs) service.kill();
      resolve();
    };
    process.on('SIGINT', wish).on('SIGTERM', wish);
  });

  let isShown = false;
  const run = async () => {
    await service.ready;
    const { ready: url, simulator } = service.printed;
    if (simulator === undefined) throw new Stop('The service does not run on the built-in simulator.');
    const isAsExpected = await show(new Api(url, asking.signal), simulator);
    if (!isAsExpected) process.exitCode = 1;
    isShown = true;
    if (endsAfterShow) return;
    say(
      `\nThe service stays up.\n\n  explorer   ${bold(`${url}/docs`)}\n  simulator  ${simulator}/simulator/world\n\nCtrl-C ends it.`,
    );
    await new Promise(() => {});
  };
  try {
    await Promise.race([run(), service.gone, interrupted]);
  } catch (error) {
    // A request that broke off because the service has died is the service's story.
    throw await Promise.race([
      service.gone.catch((gone) => gone),
      new Promise((resolve) => setTimeout(resolve, 500, error)),
    ]);
  } finally {
    asking.abort();
    if (!service.hasEnded()) say(dim('\nStopping the service …'));
    await service.stop();
  }
  if (!isShown) process.exitCode = 130;
}

main().then(
  () => process.exit(),
  (error) => {
    const text =
      error instanceof ServiceGone || error instanceof Stop ? error.message : (error.stack ?? String(error));
    process.stderr.write(`\n${red(text)}\n`);
    process.exit(1);
  },
);
