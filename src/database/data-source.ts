import { DataSource, type DataSourceOptions, type EntityTarget, type ObjectLiteral } from 'typeorm';

export type Entities = readonly EntityTarget<ObjectLiteral>[];

/** TypeORM's settings: everything is listed by class, and only migrations change the schema. */
export function dataSourceOptions(url: string, entities: Entities = []): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: [...entities] as (new () => ObjectLiteral)[],
    migrationsTableName: 'migration',
    synchronize: false,
    migrationsRun: false,
    applicationName: 'solution-onboarding',
    // Plain reads only; the statements that are many go through `Database`.
    poolSize: 4,
    extra: sessionSettings,
  };
}

/**
 * For every connection of the service. `jit=off`: compiling a plan that went bad cost the engine half its speed.
 * `enable_seqscan=off`: every statement of ours has its index, and a plan made while a table is small must not read all of
 * it when it has grown. `force_generic_plan`: what is prepared is planned once.
 * No statement of ours runs for 30 s, and no transaction of ours waits 10 s for us, unless something is stuck. Where the
 * server says nothing at all (a frozen machine, a cut line) we stop waiting ourselves a little later.
 */
export const sessionSettings = {
  options: '-c jit=off -c enable_seqscan=off -c plan_cache_mode=force_generic_plan',
  statement_timeout: 30_000,
  query_timeout: 35_000,
  idle_in_transaction_session_timeout: 10_000,
  connectionTimeoutMillis: 5_000,
};

export const makeDataSource = (url: string, entities: Entities = []): DataSource =>
  new DataSource(dataSourceOptions(url, entities));
