import { describe, expect, it } from 'vitest';
import type { FoundTopic, FoundTopics } from './check-topics.js';
import { unfit } from './check-topics.js';
import type { KafkaSettings } from './settings.js';

const names = { commands: 'commands', events: 'events', deadLetters: 'dlq' };
const config = (changes: Partial<FoundTopic['config']> = {}): FoundTopic['config'] => ({
  'max.message.bytes': '1048588',
  'retention.ms': '604800000',
  'cleanup.policy': 'delete',
  'min.insync.replicas': '1',
  ...changes,
});
const topic = (changes: Partial<FoundTopic> = {}): FoundTopic => ({
  partitions: 12,
  replication: 1,
  config: config(),
  ...changes,
});
const good: FoundTopics = {
  commands: topic(),
  events: topic(),
  deadLetters: topic({ config: config({ 'max.message.bytes': '2097152' }) }),
};
const settings = (changes: Partial<KafkaSettings> = {}): KafkaSettings => ({
  brokers: ['a:1'],
  ssl: false,
  sasl: null,
  groupId: 'g',
  topicPrefix: 'p',
  topics: 'check',
  ...changes,
});
const faults = (found: Partial<FoundTopics>, changes: Partial<KafkaSettings> = {}): string[] =>
  unfit(names, settings(changes), { ...good, ...found });

describe('Topics that are there', () => {
  it('may have any number of partitions and replicas, and keep records as the broker likes, where nothing is set', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ events: topic({ partitions: 1, config: config({ 'retention.ms': '1' }) }) })).toEqual([]);
  });

  it('have at least what is set', () => {
    const wanted = { partitions: 12, replication: 2, retentionMs: { events: 604_800_000, commands: 1 } };
    const enough = topic({ replication: 3, partitions: 24, config: config({ 'retention.ms': '-1' }) });
    const deadLetters = { ...good.deadLetters, replication: 2 };
    expect(faults({ commands: enough, events: enough, deadLetters }, wanted)).toEqual([]);
    const less = topic({ partitions: 6, config: config({ 'retention.ms': '604799999' }) });
    expect(faults({ commands: enough, events: less, deadLetters }, wanted)).toEqual([
      'events has 6 partitions, KAFKA_TOPIC_PARTITIONS asks for 12: add them, or set it to 6',
      'events has 1 replicas, KAFKA_TOPIC_REPLICATION asks for 2: reassign its partitions, or set it to 1',
      'events keeps records 604799999 ms (retention.ms), less than the 604800000 asked for: raise it, or change the setting',
    ]);
    expect(faults({}, { retentionMs: { events: -1 } })).toEqual([
      expect.stringContaining('less than the -1'),
    ]);
  });

  it('lose no record to compaction, and can be written to', () => {
    const compacted = topic({ config: config({ 'cleanup.policy': 'compact,delete' }) });
    expect(faults({ events: compacted })).toEqual([expect.stringContaining('set "delete"')]);
    const sealed = topic({ config: config({ 'min.insync.replicas': '2' }) });
    expect(faults({ commands: sealed })).toEqual([expect.stringContaining('nothing could ever be written')]);
  });

  it('take every event, and every command as a dead letter', () => {
    const bytes = (value: string): FoundTopic => topic({ config: config({ 'max.message.bytes': value }) });
    expect(faults({ events: bytes('900000') })).toEqual([
      expect.stringContaining('must be 1000000 at least'),
    ]);
    expect(faults({ commands: bytes('2097152') })).toEqual([expect.stringContaining('by 64 KiB')]);
    expect(faults({ commands: bytes('2031616') })).toEqual([]);
  });
});
