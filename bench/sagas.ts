import { Lab, median, printFigures, spread, type Engine, type Run } from './lab.js';

const inFlight = 256;
/** Measured is a service that has run for a while: while V8 compiled, ours took 3.1 ms a saga (a run of 6 s), later 2.5 (of 25 s). */
const warmMs = 5_000;

/**
 * Sagas a second with hundreds in flight: ours, the ceiling and the peers in turns, completed and undone; one call a step,
 * and again with a read before each write.
 */
export async function sagas(repeats: number, measureMs: number, which: readonly Engine[]): Promise<void> {
  const lab = await Lab.start();
  try {
    const measure = (undone: boolean, reading: boolean): Promise<Runs> =>
      inTurns(lab, repeats, measureMs, which, { undone, reading });
    const completed = await measure(false, false);
    const undone = await measure(true, false);
    const reading = await measure(false, true);
    printFigures('sagas', {
      ...ratios(completed, ''),
      ours_per_second: median(rates(completed, 'ours')),
      ...ratios(undone, 'undone_'),
      ...ratios(reading, 'reading_'),
    });
  } finally {
    await lab.stop();
  }
}

type Runs = ReadonlyMap<Engine, readonly Run[]>;

async function inTurns(
  lab: Lab,
  repeats: number,
  measureMs: number,
  which: readonly Engine[],
  way: { readonly undone: boolean; readonly reading: boolean },
): Promise<Runs> {
  const runs = new Map<Engine, Run[]>(which.map((engine) => [engine, []]));
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const engine of which) {
      runs.get(engine)?.push(await lab.measure(engine, { inFlight, warmMs, measureMs, ...way }, 0));
    }
  }
  const calls = way.reading ? 'a read and a write a step' : 'one call a step';
  console.log(
    `\n${way.undone ? 'undone' : 'completed'}, ${calls}, ${inFlight} in flight: median (least to most) of ${repeats}`,
  );
  for (const [engine, all] of runs) {
    const per = (total: (run: Run) => number, digits: number): string =>
      spread(
        all.map((run) => total(run) / sagasOf(run, way.undone)),
        digits,
      );
    console.log(
      `${engine.padEnd(8)} ${spread(all.map((run) => run.perSecond))} sagas/s, p50 ${spread(all.map((run) => run.p50Ms))} ms; ` +
        `a saga: CPU ${per((run) => run.cpuMs, 2)} ms and PostgreSQL ${per((run) => run.databaseCpuMs, 2)} ms, ` +
        `calls ${per(({ calls }) => calls.reads + calls.writes + calls.refused, 2)}, repeated ${all.at(-1)?.calls.repeated ?? 0}`,
    );
  }
  return runs;
}

/** By what reached the target, warming up included. */
const sagasOf = ({ calls }: Run, undone: boolean): number =>
  (calls.writes + calls.refused) / (undone ? 7 : 4);

const rates = (runs: Runs, engine: Engine): number[] => (runs.get(engine) ?? []).map((run) => run.perSecond);

function ratios(runs: Runs, prefix: string): Record<string, number> {
  const ours = median(rates(runs, 'ours'));
  const others = [...runs.keys()].filter((engine) => engine !== 'ours');
  return Object.fromEntries(
    others.map((engine) => [`${prefix}${engine}_ratio`, ours / median(rates(runs, engine))]),
  );
}
