// One operation from wherever it stands to its end, live: redrawn on a terminal, a line per change elsewhere.
import { Block, bold, cyan, dim, green, isLive, red, say, yellow } from './terminal.mjs';
import { stateWord, whatOf } from './words.mjs';

const parked = ['needs-attention', 'paused', 'awaiting-approval', 'waiting-for-task'];
const signs = {
  pending: dim('·'),
  planned: dim('·'),
  running: cyan('▸'),
  started: cyan('▸'),
  underway: cyan('▸'),
  unknown: yellow('?'),
  done: green('✓'),
  failed: red('✗'),
  parked: red('✗'),
  undoing: yellow('↶'),
  reverting: yellow('↶'),
  undone: yellow('↺'),
  reverted: yellow('↺'),
  skipped: dim('–'),
};
// How long one answer is held back; short, so that a change between two requests is not seen late.
const waitS = 2;
const redrawMs = 100;
const shownActions = 10;

/** @returns the operation, ended or parked */
export async function follow(api, href) {
  let operation = await api.get(href);
  if (operation.done) {
    for (const line of linesOf(operation)) say(line);
    return operation;
  }
  const screen = isLive ? new Screen() : new Log();
  try {
    for (;;) {
      screen.show(operation);
      if (operation.done || parked.includes(operation.state)) return operation;
      operation = await api.get(href, { prefer: `wait=${waitS}` });
    }
  } finally {
    screen.close();
  }
}

const seconds = (fromMs, toMs) => `${(Math.max(0, toMs - fromMs) / 1_000).toFixed(1)} s`;
const elapsed = ({ createdAt, endedAt }) =>
  seconds(Date.parse(createdAt), endedAt === null ? Date.now() : Date.parse(endedAt));

class Screen {
  #block = new Block();
  #operation;
  #timer = setInterval(() => this.#draw(), redrawMs);

  show(operation) {
    this.#operation = operation;
    this.#draw();
  }

  close() {
    clearInterval(this.#timer);
  }

  #draw() {
    if (this.#operation !== undefined) this.#block.draw(linesOf(this.#operation));
  }
}

function linesOf(operation) {
  const { kind, solution, state, steps, waitingFor, serviceDown } = operation;
  const current = steps.findLast(({ state: of }) => ['running', 'undoing', 'failed'].includes(of));
  return [
    `  ${bold(`${kind} ${solution.key}`)}  ${stateWord(state)}  ${elapsed(operation)}`,
    ...steps.flatMap((step) => [
      stepLine(step),
      ...(step === current && !operation.done ? actionLines(step) : []),
    ]),
    ...(serviceDown ? [`  ${red('no server of the solution serves at this moment, because of us')}`] : []),
    ...(waitingFor === null ? [] : [`  ${yellow(`waits (${waitingFor.reason}): ${waitingFor.detail}`)}`]),
  ];
}

function stepLine({ name, state, actions, startedAt, endedAt }) {
  const isUndone = state === 'undoing' || state === 'undone';
  const done = actions.filter((action) => action.state === 'done').length;
  const count = actions.length === 0 || isUndone ? '' : `${done}/${actions.length}`;
  const isOver = startedAt !== null && endedAt !== null && !isUndone;
  const time = isOver ? seconds(Date.parse(startedAt), Date.parse(endedAt)) : '';
  return `  ${signs[state] ?? ' '} ${name.padEnd(18)} ${state.padEnd(8)} ${count.padStart(6)}  ${dim(time)}`;
}

function actionLines({ actions }) {
  // The ones under way last, the ones to come after them: as far as there is room.
  const from = Math.max(0, actions.findIndex(({ state }) => !['done', 'reverted'].includes(state)) - 3);
  const shown = actions.slice(from, from + shownActions);
  return shown.map(
    (action) => `      ${signs[action.state] ?? ' '} ${action.kind} ${whatOf(action)}${failureOf(action)}`,
  );
}

const failureOf = ({ lastError, state }) =>
  lastError === null || state === 'done' ? '' : dim(`  ${lastError.detail}`);

class Log {
  #said = new Map();

  show(operation) {
    const { kind, solution, state, steps, serviceDown, waitingFor } = operation;
    const head = `${kind} ${solution.key}`;
    if (!operation.done) this.#change(operation, 'operation', null, state, head);
    // In the order it goes; a step is begun before its actions and over after them.
    for (const step of state === 'compensating' || state === 'failed' ? [...steps].reverse() : steps) {
      const isBegun = ['running', 'undoing'].includes(step.state);
      if (isBegun) this.#change(operation, step.name, 'pending', step.state, step.name);
      for (const [i, action] of step.actions.entries()) {
        const name = `${step.name}: ${action.kind} ${whatOf(action)}`;
        this.#change(operation, `${step.name}/${i}`, 'planned', action.state, name);
      }
      if (!isBegun) this.#change(operation, step.name, 'pending', step.state, step.name);
    }
    this.#change(operation, 'service', 'up', serviceDown ? 'down' : 'up', 'service');
    const waits = waitingFor === null ? 'nothing' : `${waitingFor.reason}: ${waitingFor.detail}`;
    this.#change(operation, 'waits', 'nothing', waits, 'waits for');
    if (operation.done) this.#change(operation, 'operation', null, state, head);
  }

  close() {}

  #change(operation, key, first, value, name) {
    if ((this.#said.has(key) ? this.#said.get(key) : first) === value) return;
    this.#said.set(key, value);
    say(`  ${elapsed(operation).padStart(7)}  ${name}: ${value}`);
  }
}
