import { engines, Lab, median, printFigures, spread, type Engine } from './lab.js';

const targetDelayMs = 2;
const alone = { inFlight: 1, warmInFlight: 64, warmMs: 5_000, undone: false, reading: true };

/** One saga alone against a target that answers in 2 ms; the sum of its HTTP calls is what the ceiling takes. */
export async function latency(repeats: number, measureMs: number): Promise<void> {
  const lab = await Lab.start();
  try {
    const p50s = new Map<Engine, number[]>(engines.map((engine) => [engine, []]));
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const engine of engines) {
        p50s.get(engine)?.push((await lab.measure(engine, { ...alone, measureMs }, targetDelayMs)).p50Ms);
      }
    }
    for (const [engine, all] of p50s) console.log(`${engine.padEnd(8)} p50 ${spread(all, 1)} ms`);
    const ours = median(p50s.get('ours') ?? []);
    const ratioTo = (engine: Engine): number => median(p50s.get(engine) ?? []) / ours;
    printFigures('latency', {
      sum_ratio: ratioTo('ceiling'),
      dbos_ratio: ratioTo('dbos'),
      pgboss_ratio: ratioTo('pgboss'),
      restate_ratio: ratioTo('restate'),
    });
  } finally {
    await lab.stop();
  }
}
