import { engines, Lab, median, printFigures, spread, type Engine, type Run } from './lab.js';

const inFlight = 256;

/** Sagas a second with hundreds in flight: ours, the ceiling and the peers in turns, completed and undone. */
export async function sagas(repeats: number, measureMs: number): Promise<void> {
  const lab = await Lab.start();
  try {
    const completed = await inTurns(lab, repeats, measureMs, false);
    const undone = await inTurns(lab, repeats, measureMs, true);
    printFigures('sagas', {
      ...ratios(completed, ''),
      ours_per_second: median(rates(completed, 'ours')),
      ...ratios(undone, 'undone_'),
    });
  } finally {
    await lab.stop();
  }
}

type Runs = ReadonlyMap<Engine, readonly Run[]>;

async function inTurns(lab: Lab, repeats: number, measureMs: number, undone: boolean): Promise<Runs> {
  const runs = new Map<Engine, Run[]>(engines.map((engine) => [engine, []]));
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const engine of engines) {
      runs.get(engine)?.push(await lab.measure(engine, { inFlight, warmMs: 2_000, measureMs, undone }, 0));
    }
  }
  console.log(
    `\n${undone ? 'undone' : 'completed'}, ${inFlight} in flight: median (least to most) of ${repeats}`,
  );
  for (const [engine, all] of runs) {
    const { calls } = all.at(-1) ?? { calls: { reads: 0, writes: 0, refused: 0, repeated: 0 } };
    const saga = (calls.writes + calls.refused) / (undone ? 7 : 4);
    console.log(
      `${engine.padEnd(8)} ${spread(all.map((run) => run.perSecond))} sagas/s, p50 ${spread(all.map((run) => run.p50Ms))} ms; ` +
        `calls a saga: ${((calls.reads + calls.writes + calls.refused) / saga).toFixed(2)}, repeated ${calls.repeated}`,
    );
  }
  return runs;
}

const rates = (runs: Runs, engine: Engine): number[] => (runs.get(engine) ?? []).map((run) => run.perSecond);

function ratios(runs: Runs, prefix: string): Record<string, number> {
  const ours = median(rates(runs, 'ours'));
  const ratioTo = (engine: Engine): number => ours / median(rates(runs, engine));
  return {
    [`${prefix}dbos_ratio`]: ratioTo('dbos'),
    [`${prefix}pgboss_ratio`]: ratioTo('pgboss'),
    [`${prefix}restate_ratio`]: ratioTo('restate'),
    [`${prefix}ceiling_ratio`]: ratioTo('ceiling'),
  };
}
