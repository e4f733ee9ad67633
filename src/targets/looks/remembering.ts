import type { Call } from '../../saga/call.js';

/** Questions of a port: a call and what is asked, answered later. */
type Question = (call: Call, ...asked: never[]) => Promise<unknown>;
type QuestionsOf<Port> = { [K in keyof Port]: Port[K] extends Question ? K : never }[keyof Port] & string;

/**
 * The port, with these questions sent once for each look and everything else as it is. A question that failed is
 * forgotten, so that it may be asked again.
 * @param channel what tells equal questions of two ports apart
 * @param others members that remember in their own way
 */
export function remembering<Port extends object>(
  channel: string,
  port: Port,
  questions: readonly QuestionsOf<Port>[],
  others: Partial<Port> = {},
): Port {
  const asking = Object.fromEntries(
    questions.map((question) => {
      const ask = (port[question] as Question).bind(port) as (
        call: Call,
        ...asked: unknown[]
      ) => Promise<unknown>;
      const once = (call: Call, ...asked: unknown[]): Promise<unknown> =>
        call.look === undefined
          ? ask(call, ...asked)
          : askedOnce(call.look.answers, `${channel} ${question} ${JSON.stringify(asked)}`, () =>
              ask(call, ...asked),
            );
      return [question, once];
    }),
  );
  const own: Readonly<Record<string | symbol, unknown>> = { ...asking, ...others };
  return new Proxy(port, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return own[name];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

function askedOnce(
  answers: Map<string, unknown>,
  key: string,
  ask: () => Promise<unknown>,
): Promise<unknown> {
  const known = answers.get(key) as Promise<unknown> | undefined;
  if (known !== undefined) return known;
  const answer = ask();
  answers.set(key, answer);
  answer.catch(() => answers.delete(key));
  return answer;
}
