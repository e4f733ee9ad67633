import { expect, it } from 'vitest';
import { problemDocument } from '../http/problem-document.js';
import { supportedVerb } from './commands/accept-verb.js';
import { pauseVerb } from './pauses/pause.js';

function answerOf(asked: () => unknown) {
  try {
    asked();
  } catch (error) {
    return problemDocument(error as Parameters<typeof problemDocument>[0]);
  }
  throw new Error('was taken');
}

it('a word that is no verb is answered with the verbs there are, and with the one it may have been', () => {
  const answer = answerOf(() => supportedVerb('cancle'));
  expect(answer).toMatchObject({ status: 404, code: 'not-found' });
  expect(answer['verbs']).toContain('mark-done');
  expect(answer.detail).toMatch(
    /^There is no verb "cancle"\. Did you mean "cancel"\? The verbs are "pause", /,
  );
  expect(answerOf(() => supportedVerb('foo')).detail).toMatch(
    /^There is no verb "foo"\. The verbs are "pause", /,
  );
});

it('a target and the service have verbs of their own', () => {
  expect(answerOf(() => pauseVerb('resum')).detail).toBe(
    'There is no verb "resum". Did you mean "resume"? The verbs are "pause", "resume".',
  );
});
