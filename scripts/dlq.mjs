// Commands that were set aside: looks at them and sends them again. Settings are the service's own (KAFKA_*).
//
//   npm run dlq -- list [--reason-code CODE]           one line each: where it lies, when it was sent, why, its key
//   npm run dlq -- show PARTITION/OFFSET [--raw]       headers and value; --raw writes the value's bytes and nothing else
//   npm run dlq -- replay PARTITION/OFFSET …           to the topic of commands: key, value and headers as they first came
//   npm run dlq -- replay --all [--reason-code CODE]
//
// A replay leaves the dead letter where it is: the inbox knows commands by source and id, so twice does no harm.
import { parseArgs } from 'node:util';
import { ConfigError } from '../dist/src/config/config-error.js';
import { openTopics } from './dlq/topics.mjs';

const usage = `usage: npm run dlq -- list [--reason-code CODE]
       npm run dlq -- show PARTITION/OFFSET [--raw]
       npm run dlq -- replay PARTITION/OFFSET … | --all [--reason-code CODE]`;

function wrong(sentence) {
  console.error(`${sentence}\n${usage}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { 'reason-code': { type: 'string' }, raw: { type: 'boolean' }, all: { type: 'boolean' } },
    });
  } catch (error) {
    return wrong(error.message);
  }
}

const { positionals, values } = readArguments();
const [command, ...places] = positionals;
for (const place of places) if (!/^\d+\/\d+$/.test(place)) wrong(`"${place}" is not PARTITION/OFFSET`);

const placeOf = (letter) => `${letter.partition}/${letter.offset}`;
/** A sender may have headers of our names too: the last one is ours. */
const header = (letter, name) => String(letter.headerList.findLast(([own]) => own === name)?.[1] ?? '');
const wanted = (letter) =>
  values['reason-code'] === undefined || header(letter, 'x-dlq-reason-code') === values['reason-code'];

/** Bytes that are no text are shown as such, and control characters of a sender do not reach the terminal. */
function readable(bytes) {
  if (bytes === null || bytes === undefined) return '–';
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(buffer)) return `base64:${buffer.toString('base64')}`;
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (c) => (c === '\n' ? c : JSON.stringify(c).slice(1, -1)));
}
const line = (bytes) => readable(bytes).replaceAll('\n', '\\n');

function lineOf(letter) {
  const ms = Number(header(letter, 'x-dlq-timestamp'));
  // A sender may stamp anything; Kafka's own for none is −1.
  const sent = ms >= 0 && ms <= 8.64e15 ? new Date(ms).toISOString() : 'at no known time     ';
  const reason = line(header(letter, 'x-dlq-reason'));
  return `${placeOf(letter)}  ${sent}  ${header(letter, 'x-dlq-reason-code')}  ${line(letter.key)}  ${reason}`;
}

/** @throws when one of the places has no dead letter */
async function lettersAt(topics, asked) {
  const found = await topics.read((letter) => (asked.includes(placeOf(letter)) ? letter : null));
  const missing = asked.filter((place) => !found.some((letter) => placeOf(letter) === place));
  if (missing.length > 0) throw new Error(`there is no dead letter at ${missing.join(', ')}`);
  return found;
}

const commands = {
  async list(topics) {
    // Values are not kept: there may be gigabytes of them.
    const lines = await topics.read((letter) => (wanted(letter) ? lineOf(letter) : null));
    for (const one of lines) console.log(one);
    console.log(`${lines.length} dead letters`);
  },
  async show(topics) {
    const [letter] = await lettersAt(topics, places);
    if (values.raw) return void process.stdout.write(letter.value ?? '');
    for (const [name, value] of letter.headerList) console.log(`${line(name)}: ${line(value)}`);
    console.log(`key: ${line(letter.key)}\n\n${readable(letter.value)}`);
  },
  async replay(topics) {
    const letters = values.all
      ? await topics.read((letter) => (wanted(letter) ? letter : null))
      : await lettersAt(topics, places);
    for (const letter of letters) {
      const records = await topics.sendAgain(letter, header(letter, 'x-dlq-reason-code'));
      console.log(`sent again: ${placeOf(letter)}${records === 1 ? '' : ` (${records} records)`}`);
    }
    console.log(`${letters.length} sent again`);
  },
};

const fits = {
  list: () => places.length === 0,
  show: () => places.length === 1,
  replay: () => (values.all === true) !== places.length > 0,
};
if (!Object.hasOwn(commands, command ?? '') || !fits[command]()) wrong('That is not a command.');

let topics;
try {
  topics = openTopics();
  await commands[command](topics);
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : `failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await topics?.close();
}
