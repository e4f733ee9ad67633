import { describe, expect, it } from 'vitest';
import type { Direction, OperationState } from '../../src/saga/position.js';
import { supportedVerbs, verbs, type Verb } from '../../src/saga/verbs.js';
import { operationSchema } from '../../src/solutions/api-schemas.js';
import { onboard, startApi } from './api.js';

const digest = `sha256:${'1'.repeat(64)}`;
const window = { notBefore: '2036-01-01T00:00:00Z', notAfter: '2036-01-01T06:00:00Z' };

/** What each verb takes beyond its reason. */
const bodies: Partial<Record<Verb, object>> = {
  approve: { digest },
  reschedule: { window },
  'mark-done': { evidence: 'seen' },
};

/** From the design, section 4: an operation without a window that stands at no action. */
const expected: Record<OperationState, readonly [forward: string, undo: string]> = {
  queued: ['pause cancel', 'pause'],
  running: ['pause cancel', 'pause'],
  'awaiting-approval': ['cancel approve', ''],
  'waiting-for-task': ['cancel abandon', 'abandon'],
  paused: ['resume cancel compensate abandon', 'resume abandon'],
  compensating: ['pause', 'pause'],
  'needs-attention': ['cancel retry compensate abandon', 'retry abandon'],
  completed: ['', ''],
  failed: ['', ''],
  cancelled: ['', ''],
  abandoned: ['', ''],
};

describe('Every state, direction and verb', () => {
  it('is offered and accepted as the design has it, and refused with what is possible otherwise', async () => {
    const { http, database } = await startApi();
    const { id, href } = operationSchema.parse(
      (await http.post('/v1/solutions').send(onboard()).expect(202)).body,
    );
    const put = (state: string, direction: Direction): Promise<unknown> =>
      database.query(
        `UPDATE operation SET state = $2, direction = $3, requested_verb = NULL, approval = $4 WHERE id = $1`,
        [id, state, direction, { planId: null, digest, by: null, atMs: null }],
      );
    const wrong: unknown[] = [];
    for (const [state, ways] of Object.entries(expected)) {
      for (const [index, direction] of (['forward', 'undo'] as const).entries()) {
        const possible = (ways[index] ?? '').split(' ').filter((verb) => verb !== '');
        await put(state, direction);
        const shown = operationSchema.parse((await http.get(href)).body).possibleVerbs;
        const offered = shown.filter((verb) => verb !== 'complete-task');
        if (offered.join(' ') !== possible.join(' ')) wrong.push([state, direction, offered]);
        for (const verb of verbs) {
          if (verb === 'complete-task' && supportedVerbs.has(verb)) continue;
          await put(state, direction);
          const { status, body } = (await http
            .post(`${href}/${verb}`)
            .send({ reason: 'why', ...bodies[verb] })) as { status: number; body: Record<string, unknown> };
          const code = !supportedVerbs.has(verb) ? 422 : possible.includes(verb) ? 200 : 409;
          const isRight =
            status === code &&
            (status !== 200 || (body['requestedVerb'] as { verb: string }).verb === verb) &&
            (status !== 409 || (body['code'] === 'verb-not-possible' && body['state'] === state));
          if (!isRight) wrong.push([state, direction, verb, status, body['code']]);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('of two different verbs at once exactly one is accepted, and the other is told by whom', async () => {
    const { http, database } = await startApi();
    const { id, href } = operationSchema.parse(
      (await http.post('/v1/solutions').send(onboard()).expect(202)).body,
    );
    for (let round = 0; round < 5; round += 1) {
      await database.query(
        `UPDATE operation SET state = 'needs-attention', requested_verb = NULL WHERE id = $1`,
        [id],
      );
      const answers = await Promise.all(
        ['retry', 'abandon', 'cancel', 'compensate'].map((verb) =>
          http.post(`${href}/${verb}`).send({ reason: 'why' }),
        ),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([200, 409, 409, 409]);
      for (const { status, body } of answers) {
        if (status === 200) continue;
        expect(body).toMatchObject({ code: 'verb-pending', retryable: true });
        expect((body as { detail: string }).detail).toContain('by local waits');
      }
    }
  });
});
