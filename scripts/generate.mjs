// Writes the files that are made from the code, or with --check tells which of them are not as they should be.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const check = process.argv.includes('--check');

/** What a folder or file should hold: path from the root → text. */
async function problemPages() {
  const { PROBLEMS } = await import('../dist/src/problems.js');
  const { problemMarkdown } = await import('../dist/src/http/problem-page.js');
  return new Map(Object.keys(PROBLEMS).map((code) => [`docs/problems/${code}.md`, problemMarkdown(code)]));
}

/** The interface as it is, made from its controllers alone: nothing is started, nothing is asked. */
async function openApi() {
  await import('reflect-metadata');
  const { describeInterface } = await import('../dist/src/solutions/describe-interface.js');
  return new Map([['docs/openapi.json', `${JSON.stringify(await describeInterface(), null, 2)}\n`]]);
}

/** What goes over Kafka: one document, and the data of its messages as schemas of their own. */
async function asyncApi() {
  const { asyncApiDocument } = await import('../dist/src/solutions/asyncapi.js');
  const { schemaFiles } = await import('../dist/src/solutions/messages.js');
  const text = (json) => `${JSON.stringify(json, null, 2)}\n`;
  return new Map([
    ['docs/asyncapi.json', text(asyncApiDocument())],
    ...Object.entries(schemaFiles()).map(([name, schema]) => [`docs/schemas/${name}.json`, text(schema)]),
  ]);
}

/** What a site's bridge has to do, for those who write one. */
async function bridge() {
  const { bridgeOpenApi } = await import('../dist/src/targets/bridge/contract/openapi.js');
  return new Map([['docs/bridge/openapi.json', `${JSON.stringify(bridgeOpenApi(), null, 2)}\n`]]);
}

/** Folders that hold nothing but generated files: what is too many there goes. */
const ownFolders = ['docs/problems', 'docs/schemas'];

const wanted = new Map([
  ...(await problemPages()),
  ...(await openApi()),
  ...(await asyncApi()),
  ...(await bridge()),
]);
const surplus = ownFolders.flatMap((folder) =>
  names(folder)
    .map((name) => `${folder}/${name}`)
    .filter((file) => !wanted.has(file)),
);
const changed = [...wanted].filter(([file, text]) => read(file) !== text);

if (check) {
  for (const file of [...changed.map(([file]) => file), ...surplus]) console.log(`not as generated: ${file}`);
  if (changed.length + surplus.length > 0) {
    console.log('Run `npm run generate` and commit the result.');
    process.exit(1);
  }
} else {
  for (const [file, text] of changed) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  for (const file of surplus) rmSync(path.join(root, file));
}

function names(folder) {
  try {
    return readdirSync(path.join(root, folder));
  } catch {
    return [];
  }
}

function read(file) {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}
