// Bundles test/chaos (0.5 s) and runs it: npm run chaos -- --minutes N [--seed S]. See docs/chaos.md.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outDir = path.join(root, 'node_modules', '.cache', 'chaos');
await build({
  configFile: false,
  logLevel: 'error',
  root,
  build: {
    ssr: path.join(root, 'test', 'chaos', 'main.ts'),
    outDir,
    emptyOutDir: true,
    rolldownOptions: { output: { entryFileNames: 'main.mjs' } },
  },
});
const child = spawn(process.execPath, [path.join(outDir, 'main.mjs'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
