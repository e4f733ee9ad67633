// DBOS: a workflow of four steps, undone in its own `catch`, as its guide does it.
import { DBOS } from '@dbos-inc/dbos-sdk';
import { Refused, stepCount } from './calls.mjs';

export async function start({ calls, databaseUrl }) {
  const saga = DBOS.registerWorkflow(
    async (id, undone) => {
      let step = 1;
      try {
        for (; step <= stepCount; step += 1) {
          const number = step;
          await DBOS.runStep(() => calls.apply(id, number, undone), { name: `apply-${number}` });
        }
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        for (step -= 1; step >= 1; step -= 1) {
          const number = step;
          await DBOS.runStep(() => calls.revert(id, number), { name: `revert-${number}` });
        }
      }
    },
    { name: 'saga' },
  );
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: databaseUrl,
    systemDatabasePoolSize: 20,
    runAdminServer: false,
    logLevel: 'error',
  });
  await DBOS.launch();
  return {
    run: (id, undone) => saga(id, undone),
    stop: () => DBOS.shutdown(),
  };
}
