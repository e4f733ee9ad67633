import { describe, expect, it } from 'vitest';
import { answerOf, NotSent, whyOf } from './broker-answer.js';

const answer = (type: string): Error => Object.assign(new Error('the words of kafkajs'), { type });
const wrapped = (cause: Error): Error =>
  new Error(cause.message, { cause: new Error(cause.message, { cause }) });
const place = { topic: 'commands', groupId: 'group' };

describe('what a broker answers', () => {
  it('is found however deep it is wrapped, and is nothing where it said nothing', () => {
    expect(answerOf(wrapped(answer('MESSAGE_TOO_LARGE')))).toBe('MESSAGE_TOO_LARGE');
    expect(answerOf(new Error('connection closed'))).toBeNull();
    expect(answerOf(undefined)).toBeNull();
  });

  it.each([
    ['TOPIC_AUTHORIZATION_FAILED', 'not authorised on the topic commands (right Read)'],
    ['GROUP_AUTHORIZATION_FAILED', 'not authorised for the consumer group group (right Read)'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'the topic commands is not there: the words of kafkajs'],
    ['SOMETHING_ELSE', 'the words of kafkajs'],
  ])('is said with what it is about: %s', (type, sentence) => {
    expect(whyOf(wrapped(answer(type)), place)).toBe(sentence);
  });

  it('to what was sent elsewhere is not taken for one about the topic that is read', () => {
    const cause = answer('TOPIC_AUTHORIZATION_FAILED');
    const notSent = new NotSent(whyOf(cause, { topic: 'dead letters' }), { cause });
    expect(whyOf(wrapped(notSent), place)).toBe('not authorised on the topic dead letters (right Write)');
  });
});
