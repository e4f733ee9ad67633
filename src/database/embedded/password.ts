import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The password of the embedded database, made once: every user of the machine can reach its port. */
export async function keptPassword(homeDir: string): Promise<string> {
  const file = path.join(homeDir, 'password');
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, randomBytes(24).toString('base64url'), { mode: 0o600 });
  try {
    await link(own, file); // whole or not at all, and the first of two wins
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true });
  }
  return readFile(file, 'utf8');
}
