import type { ApplicationObject, ObjectId } from '../../../solutions/ports/config-objects.js';
import { AppType, ObjectType, ScriptType } from '../../../solutions/ports/object-types.js';
import type { Site } from '../site.js';

/** How many of a sort are looked at one by one. */
const few = 10;

/** The most that the contract lets one request ask for. */
export const mostObjects = 1_000;

const scriptId = ({ dbid }: { dbid: number }): ObjectId => ({ type: ObjectType.script, dbid });
const applicationId = ({ dbid }: { dbid: number }): ObjectId => ({ type: ObjectType.application, dbid });

/** Business Processes and applications: what we write lists of. */
export async function someObjects(site: Site): Promise<readonly ObjectId[]> {
  const objects = await allObjects(site);
  const scripts = objects.filter(({ type }) => type === ObjectType.script);
  return [...scripts.slice(0, few), ...objects.filter((one) => !scripts.includes(one)).slice(0, few)];
}

export async function allObjects(site: Site): Promise<readonly ObjectId[]> {
  const scripts = (await site.all('script')).filter(
    ({ scriptType }) => scriptType === ScriptType.businessProcess,
  );
  return [...scripts.map(scriptId), ...(await site.all('application')).map(applicationId)];
}

/** Interaction Servers first: they are what is rebound, stopped and started. */
export async function someServers(site: Site, most = few): Promise<readonly ApplicationObject[]> {
  const servers = (await site.all('application')).filter(({ isServer }) => isServer);
  const isInteraction = ({ appType }: ApplicationObject): boolean => appType === AppType.interactionServer;
  return [...servers.filter(isInteraction), ...servers.filter((one) => !isInteraction(one))].slice(0, most);
}

export const inPath = ({ type, dbid }: ObjectId): string => `${type}/${dbid}`;
