import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.js';

/** Whom PostgreSQL runs as when it is not ourselves. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root hands it to the owner of the cluster, else to `postgres` or `nobody`.
 * @returns undefined when it runs as ourselves
 * @throws StartError when the cluster belongs to somebody we cannot become
 */
export function postgresUser(clusterDir: string): OsUser | undefined {
  const own = process.getuid?.();
  const owner = statSync(clusterDir, { throwIfNoEntry: false });
  if (own !== 0) {
    if (owner !== undefined && own !== undefined && owner.uid !== own) {
      throw new StartError(
        `${clusterDir} belongs to the user with id ${owner.uid}, not to this one (${own}). Start the service as that user, ` +
          `give DATA_DIR another folder, or set DATABASE_URL.`,
      );
    }
    return undefined;
  }
  if (owner !== undefined && owner.uid !== 0)
    return { name: `#${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const user = lookUp('postgres') ?? lookUp('nobody');
  if (user === undefined) {
    throw new StartError(
      'PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to hand it to. Start the service as an ordinary user, or set DATABASE_URL.',
    );
  }
  return user;
}

function lookUp(name: string): OsUser | undefined {
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** The first folder on the way to `target` that `user` may not pass, judged by the mode bits. */
export function closedFolder(target: string, user: OsUser): string | undefined {
  const parts = path.dirname(path.resolve(target)).split(path.sep);
  const folders = parts.map((_, i) => parts.slice(0, i + 1).join(path.sep) || path.sep);
  return folders.find((folder) => {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) return false;
    const bit = stat.uid === user.uid ? 0o100 : stat.gid === user.gid ? 0o010 : 0o001;
    return (stat.mode & bit) === 0;
  });
}
