import { startService } from './service.js';
import { ConfigError } from './config/config-error.js';
import { loadConfig } from './config/load-config.js';
import { StartError } from './database/start-error.js';
import { messageOf } from './errors.js';

try {
  const service = await startService(loadConfig());
  console.log(`ready ${service.url}`);
} catch (error) {
  // What the reader can mend is said in a sentence; everything else with its stack.
  const expected = error instanceof ConfigError || error instanceof StartError;
  console.error(expected ? messageOf(error) : error);
  process.exit(1);
}
