// Labelled points of the service at which it is killed or frozen: `node --import ./scripts/chaos/points.mjs dist/src/main.js`.
//
//   POINT        <label>[@<direction>[/<step>]][*<operations>][#<n>]: the n-th time (1 when left out) it comes there; of
//                `commit` and `end` only those count that have so many operations in their batch, or more
//   POINT_SIGNAL SIGKILL, or SIGSTOP: sent to itself, at once, so nothing after the point happens
//   POINT_LOG    a file: a line of JSON for each time it comes to any of them; without POINT, only that
//
// The service knows nothing of this file. It wraps what the service is made of: PostgreSQL's client (every statement, so
// also every COMMIT), the last hook of the HTTP client before the bytes go out, and the sending to Kafka.
//
// Labels, each `<what>:before` and `<what>:after` (`after`: it has happened and nobody here has heard of it):
//   accept   the commit of a request            lock     of locks                  verb     of a verb
//   commit   of a transition                    end      of the one that ends an operation
//   advance  of how far Kafka has the events    publish  sending them
//   send     an effect: before and after the last check of the lease, both before the bytes go out
// Labels with one side only, because nobody knows beforehand whether there is something to do:
//   claim:after    operations have been taken in hand
//   stamp:after    events have got their cursors
//   answer:before  of an effect: it is read, and not given to anybody yet
import { appendFileSync } from 'node:fs';
import pg from 'pg';
import { KafkaBroker } from '../../dist/src/messaging/kafka/kafka-broker.js';
import { CarryOut } from '../../dist/src/saga/carry-out.js';
import { Committer } from '../../dist/src/saga/committer.js';
import { Exchange } from '../../dist/src/targets/http/exchange.js';

const { POINT, POINT_SIGNAL = 'SIGKILL', POINT_LOG } = process.env;
const wanted = parse(POINT);
const seen = new Map();
/** Of the operation that was decided on or carried out last; of use where there is one alone. */
let context = '-';

function parse(text) {
  if (text === undefined) return null;
  const [, label, where, size, n] =
    /^([a-z]+:(?:before|after))(?:@([^#*]+))?(?:\*(\d+))?(?:#(\d+))?$/.exec(text) ?? [];
  if (label === undefined)
    throw new Error(`POINT=${text}: expected <label>[@<direction>[/<step>]][*<operations>][#<n>]`);
  return { label, where, size: Number(size ?? 1), n: Number(n ?? 1) };
}

/** @param size operations in the batch */
function arrive(label, size = 1) {
  const isWanted =
    wanted !== null &&
    wanted.label === label &&
    wanted.size <= size &&
    (wanted.where === undefined || `${context}/`.startsWith(`${wanted.where}/`));
  const at = `${label}@${context}`;
  const n = (seen.get(isWanted ? 'wanted' : at) ?? 0) + 1;
  seen.set(isWanted ? 'wanted' : at, n);
  const isIt = isWanted && n === wanted.n;
  if (POINT_LOG !== undefined)
    appendFileSync(POINT_LOG, `${JSON.stringify({ at, isIt, atMs: Date.now() })}\n`);
  if (!isIt) return;
  process.kill(process.pid, POINT_SIGNAL);
  // Delivered before the next statement of this thread, as far as the kernel is concerned; if not, wait for it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
}

// --- what is going on

const directionOf = ({ direction, aim }) =>
  direction === 'forward' ? 'forward' : aim === 'cancel' ? 'cancel' : 'undo';
const stepOf = (position, key) => position.steps[Number(key.split('/')[0])]?.name ?? '-';

function wrap(type, name, make) {
  const original = type.prototype[name];
  if (typeof original !== 'function')
    throw new Error(`${type.name}.${name} is gone: mend scripts/chaos/points.mjs`);
  type.prototype[name] = make(original);
}

wrap(
  Committer,
  'commit',
  (commit) =>
    function (transition) {
      const { position, changedActions, changedSteps } = transition.decision;
      const [action] = changedActions;
      const [step] = changedSteps;
      const name = action !== undefined ? stepOf(position, action) : (position.steps[step]?.name ?? '-');
      context = `${directionOf(position)}/${name}`;
      return commit.call(this, transition);
    },
);

wrap(
  CarryOut,
  'do',
  (carryOut) =>
    function (instruction, position, epoch) {
      if (instruction.do === 'apply' || instruction.do === 'revert')
        context = `${directionOf(position)}/${stepOf(position, instruction.key)}`;
      return carryOut.call(this, instruction, position, epoch);
    },
);

// --- the database

const statements = [
  ['commit', /UPDATE operation\b[^]*\btransition_id = /],
  ['claim', /FOR UPDATE SKIP LOCKED/],
  ['lock', /INSERT INTO lock\b/],
  ['accept', /INSERT INTO operation \(/],
  ['verb', /UPDATE operation[^]*SET requested_verb/],
  ['stamp', /UPDATE event SET cursor/],
  ['advance', /UPDATE relay SET published/],
];
/** Which of its values are the operations: see src/saga/sql/commit.sql.ts. */
const operationsOfCommit = 3;
/** Sent again and again, mostly for nothing. */
const looks = new Set(['claim', 'stamp']);
const kindOf = (text) => statements.find(([, pattern]) => pattern.test(text))?.[0] ?? null;

/** Of a transaction the last word counts: what is in it happens at its COMMIT. */
const open = new WeakMap();
const nothing = { label: null, size: 1 };

function pointOf(client, text, values) {
  if (/^BEGIN/i.test(text)) {
    open.set(client, nothing);
    return nothing;
  }
  const kind = kindOf(text);
  const point = { label: kind, size: kind === 'commit' ? values[operationsOfCommit].length : 1 };
  if (!open.has(client)) return point;
  if (/^(COMMIT|ROLLBACK)/i.test(text) && !/TO SAVEPOINT/i.test(text)) {
    const inside = open.get(client);
    open.delete(client);
    if (/^ROLLBACK/i.test(text)) return nothing;
    return inside.label === 'commit' ? { ...inside, label: 'end' } : inside;
  }
  // A batch that ends one operation may move others on: it is the ending that makes it a transaction.
  if (kind !== null) open.set(client, point);
  return nothing;
}

wrap(
  pg.Client,
  'query',
  (query) =>
    function (...args) {
      const text = typeof args[0] === 'string' ? args[0] : args[0]?.text;
      const values = args[0]?.values ?? args[1];
      const { label, size } = typeof text === 'string' ? pointOf(this, text, values) : nothing;
      if (label === null) return query.apply(this, args);
      const isLook = looks.has(label);
      const answered = (result) => {
        if (!isLook || result.rows.some(({ id, stamped }) => (id ?? stamped ?? null) !== null))
          arrive(`${label}:after`, size);
      };
      if (!isLook) arrive(`${label}:before`, size);
      const last = args.length - 1;
      if (typeof args[last] === 'function') {
        const callback = args[last];
        args[last] = (error, result) => {
          if (!error) answered(result);
          callback(error, result);
        };
        return query.apply(this, args);
      }
      return query.apply(this, args).then((result) => {
        answered(result);
        return result;
      });
    },
);

// --- the target and Kafka

wrap(
  Exchange,
  'onRequestStart',
  (start) =>
    function (...args) {
      const { effect } = this.request;
      if (effect) arrive('send:before');
      start.apply(this, args);
      if (effect) arrive('send:after');
    },
);

wrap(
  Exchange,
  'onResponseEnd',
  (end) =>
    function (...args) {
      if (this.request.effect) arrive('answer:before');
      end.apply(this, args);
    },
);

wrap(
  KafkaBroker,
  'publish',
  (publish) =>
    async function (records) {
      arrive('publish:before');
      await publish.call(this, records);
      arrive('publish:after');
    },
);
