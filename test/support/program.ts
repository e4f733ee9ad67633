import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../..');

/** One TypeScript file and what it imports of ours as one JavaScript file, in 0.2 s: for tests that need a process to kill. */
export async function bundleProgram(file: string): Promise<string> {
  const name = `${path.basename(file, '.ts')}-${process.pid}`;
  const outDir = path.join(root, 'node_modules', '.cache', 'test-programs');
  mkdirSync(outDir, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'silent',
    root,
    build: {
      ssr: file,
      outDir,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  return path.join(outDir, `${name}.mjs`);
}

export interface Program {
  child: ChildProcess;
  /** The rest of the first line that begins with `ready `; fails with the program's output when it ends before. */
  ready: Promise<string>;
  /** Ends the program and its process group, as a terminal or an impatient operator would. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export function runProgram(file: string, args: string[]): Program {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<string>((resolve, reject) => {
    const read = (data: Buffer): void => {
      output += data.toString();
      const line = /^ready (.*)$/m.exec(output);
      if (line !== null) resolve(line[1] ?? '');
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`ended with ${String(code)}: ${output}`)));
  });
  ready.catch(() => undefined); // may fail before anybody waits for it
  return {
    child,
    ready,
    async kill(signal) {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
      await ended;
    },
  };
}
