import { createRequire } from 'node:module';

const KNOWN_VERSION = '2.2.4';
const require = createRequire(import.meta.url);

/**
 * A module inside kafkajs, for what is mended there.
 * @throws when this is not the kafkajs that was read and measured: look at the module again then
 */
export function insideKafkajs(path: string): unknown {
  const { version } = require('kafkajs/package.json') as { version: string };
  if (version !== KNOWN_VERSION)
    throw new Error(`kafkajs ${version} is not the version whose insides are known (${KNOWN_VERSION})`);
  return require(`kafkajs/src/${path}`);
}
