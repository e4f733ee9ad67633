import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KafkaSettings } from '../../src/messaging/kafka/settings.js';
import { until, world } from '../messaging/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { commandMessage, otherSide, RecordingInbox, settingsFor, startMessaging } from './support.js';

const script = path.resolve(import.meta.dirname, '../../scripts/dlq.mjs');
const run = promisify(execFile);
let brokers: string[];
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
}, 360_000);

async function dlq(settings: KafkaSettings, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    KAFKA_BROKERS: settings.brokers.join(','),
    KAFKA_TOPIC_PREFIX: settings.topicPrefix,
    KAFKA_GROUP_ID: settings.groupId,
  };
  return (await run(process.execPath, [script, ...args], { env })).stdout;
}

describe.skipIf(!hasKafka)('npm run dlq', { timeout: 300_000 }, () => {
  it('lists and shows dead letters, and sends them again as they first came', async () => {
    const place = await world();
    const settings = settingsFor(brokers);
    const messaging = startMessaging(place, settings);
    const inbox = new RecordingInbox();
    let broken = true;
    inbox.before = () => (broken ? Promise.reject(new Error('a fault of ours')) : Promise.resolve());
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    const { send, follow, topics } = otherSide(settings);
    const sent = { ...commandMessage('m-1'), timestamp: '1764000000123' };
    const headers = { ...sent.headers, 'x-own': ['1', '2'] };
    await send({ ...sent, headers });
    await send({ key: 'lab/Environment/retail', value: Buffer.from([0x1b, 0x7b]), headers: { odd: 'x' } });
    const letters = await follow(topics.deadLetters);
    await until(() => letters.length === 2, 'both are set aside');
    broken = false;

    const list = await dlq(settings, 'list');
    expect(list).toMatch(
      /^\d+\/\d+ {2}2025-11-24T16:00:00\.123Z {2}handler-failed {2}lab\/Environment\/retail {2}/m,
    );
    expect(list).toMatch(/^2 dead letters$/m);
    expect(await dlq(settings, 'list', '--reason-code', 'nothing')).toBe('0 dead letters\n');
    const place1 = /^(\S+) .*handler-failed/m.exec(list)?.[1] ?? '';
    const place2 = /^(\S+) .*not-a-cloudevent/m.exec(list)?.[1] ?? '';
    const shown = await dlq(settings, 'show', place1);
    expect(shown).toContain('x-dlq-reason: a fault of ours\n');
    expect(shown).toContain('x-own: 1\nx-own: 2\n');
    expect(shown).toContain(String(sent.value));
    expect(await dlq(settings, 'show', place1, '--raw')).toBe(sent.value);
    // An escape sequence of a sender does not reach the terminal.
    expect(await dlq(settings, 'show', place2)).toMatch(/\\u001b\{\n$/);

    const commands = await follow(topics.commands);
    expect(await dlq(settings, 'replay', '--all', '--reason-code', 'handler-failed')).toMatch(
      /^1 sent again$/m,
    );
    await until(() => inbox.commands.length === 1, 'taken now');
    expect(inbox.commands[0]).toMatchObject({ id: 'm-1', time: new Date(1764000000123) });
    await until(() => commands.length === 3, 'on the topic again');
    const [first, again] = commands.filter(({ headers: own }) => own?.['x-own'] !== undefined);
    for (const name of ['key', 'value', 'headers', 'timestamp', 'partition'] as const)
      expect(again?.[name]).toEqual(first?.[name]);
    await dlq(settings, 'replay', place2);
    await until(() => letters.length === 3, 'what cannot be understood comes back');
  });

  it('says what is wrong with its arguments, its settings and its places', async () => {
    const settings = settingsFor(brokers);
    const failure = async (...args: string[]) => {
      const error = await dlq(settings, ...args).then(
        () => null,
        (reason: unknown) => reason as { code: number; stderr: string },
      );
      return [error?.code, error?.stderr.split('\n')[0]];
    };
    expect(await failure()).toEqual([2, 'That is not a command.']);
    expect(await failure('replay')).toEqual([2, 'That is not a command.']);
    expect(await failure('show', 'x')).toEqual([2, '"x" is not PARTITION/OFFSET']);
    const messaging = startMessaging(await world(), settings);
    await until(() => messaging.status().ok, 'topics are there');
    expect(await failure('show', '0/7')).toEqual([1, 'failed: there is no dead letter at 0/7']);
    expect(await dlq(settings, 'list')).toBe('0 dead letters\n');
  });
});
