// The service as a child in its own process group, so that Ctrl-C reaches it through us and it can stop in order.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const tailLines = 25;
// First start: initdb and the migrations, about 2 s; slow disks take longer.
const readyWithinMs = 120_000;
// A stop waits for a call in the air, at most a target's time-out of 15 s.
const stopWithinMs = 30_000;

export class ServiceGone extends Error {
  constructor(how, tail) {
    super(`The service has ended (${how}). Its last lines:\n${tail.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ServiceGone';
  }
}

export function build() {
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs')], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The service could not be built.');
}

/**
 * @returns `printed` has the addresses it prints at start; `ready` resolves once it serves; `gone` rejects with
 * ServiceGone when it ends although nobody stopped it
 */
export function startService() {
  const stopWithParent = pathToFileURL(path.join(root, 'scripts/demo/stop-with-parent.mjs')).href;
  const child = spawn(process.execPath, ['--import', stopWithParent, path.join(root, 'dist/src/main.js')], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const tail = [];
  const printed = {};
  let stopping = false;
  let ended = false;
  let onLine = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        tail.push(line);
        if (tail.length > tailLines) tail.shift();
        const [, word, url] = /^(ready|simulator)\s+(https?:\/\/\S+)/.exec(line) ?? [];
        if (word) printed[word] = url.replace(/\/$/, '');
        onLine();
      }
    });
  }
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // "close", not "exit": then the last lines have been read.
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  const gone = new Promise((_, reject) => {
    void exited.then((how) => {
      ended = true;
      if (!stopping) reject(new ServiceGone(how, tail));
    });
  });
  gone.catch(() => {});
  const signal = (name) => {
    if (ended) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // gone already
    }
  };
  process.once('exit', () => signal('SIGTERM'));

  const stop = async () => {
    stopping = true;
    signal('SIGTERM');
    const late = setTimeout(() => signal('SIGKILL'), stopWithinMs);
    await exited;
    clearTimeout(late);
  };
  const kill = () => signal('SIGKILL');

  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new ServiceGone(`not ready within ${readyWithinMs / 1_000} s`, tail)),
      readyWithinMs,
    );
    onLine = () => {
      if (printed.ready === undefined) return;
      clearTimeout(timer);
      resolve();
    };
    onLine();
  });
  return { printed, ready, gone, stop, kill, hasEnded: () => ended };
}
