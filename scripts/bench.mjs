// Bundles the programs of bench/ (0.5 s), installs the peers on first use and runs the bench that is named.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const peers = path.join(root, 'bench', 'peers');
if (!existsSync(path.join(peers, 'node_modules', '@dbos-inc'))) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', args, { cwd: peers, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
const outDir = path.join(root, 'node_modules', '.cache', 'bench');
rmSync(outDir, { recursive: true, force: true });
for (const name of ['main', 'worker', 'replica', 'bare-insert', 'relayer', 'kafka-service']) {
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    build: {
      ssr: path.join(root, 'bench', `${name}.ts`),
      outDir,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
}
const { status } = spawnSync(process.execPath, [path.join(outDir, 'main.mjs'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
