import * as z from 'zod';
import { explainedFindingSchema, namedObject as object } from '../api-schemas.js';

const at = z.iso.datetime();
const count = z.int().min(0);
const key = z.string().nullable().describe('Key of a solution; null: none.');

const account = z.looseObject({ type: z.int(), name: z.string(), dbid: z.int() }).nullable();

const reads = z
  .array(z.looseObject({ solution: key, businessProcesses: count }))
  .nullable()
  .describe('How many Business Processes of whom; null: it cannot be told.');

const server = z
  .looseObject({
    server: object,
    backup: object.nullable(),
    type: z.int().describe('111, or 1 for an Interaction Server set up as T-Server.'),
    account: account.describe('As what it runs; null: it cannot be told.'),
    solution: key,
    databases: z.array(z.looseObject({ accessPoint: object, name: z.string(), server: z.string() })),
    reads,
  })
  .meta({ id: 'ReportedServer' });

export const isolationReportSchema = z
  .looseObject({
    target: z.string(),
    tenant: object,
    at,
    complete: z.boolean().describe('False: some of it could not be told; the findings say what.'),
    summary: z.looseObject({
      solutions: count,
      servers: count,
      businessProcesses: count,
      errors: count,
      warnings: count,
      ignored: count,
    }),
    findings: z.array(explainedFindingSchema).describe('Errors first.'),
    ignored: z
      .array(explainedFindingSchema.extend({ ignoredBecause: z.string() }))
      .describe('What `ignore` of the targets file says nobody needs to be told of.'),
    solutions: z.array(
      z.looseObject({
        id: z.uuid(),
        key: z.string(),
        displayName: z.string(),
        state: z.string(),
        isolation: z.string(),
        servers: z.array(z.string()),
      }),
    ),
    servers: z.array(server).describe('A pair is one server.'),
    shared: z.looseObject({
      servers: z
        .array(z.looseObject({ server: object, account, reads }))
        .describe('Servers that read Business Processes of several solutions, or of one and of nobody.'),
      accounts: z
        .array(z.looseObject({ account: object, servers: z.array(object), businessProcesses: count }))
        .describe('Servers that run as one account and so work on the same Business Processes.'),
      databases: z.array(
        z.looseObject({
          names: z.array(z.string()),
          certain: z.boolean().describe('False: it may be one database under two names of a machine.'),
          servers: z.array(object),
          accessPoints: z.array(object),
        }),
      ),
      dependents: z
        .array(z.looseObject({ application: object, type: z.string(), servers: z.array(object) }))
        .describe('Applications that support one Interaction Server and are connected to several.'),
    }),
    businessProcesses: z.array(
      z.looseObject({
        businessProcess: object,
        solution: key,
        isNew: z
          .boolean()
          .describe('Made since a solution of the tenant was last set up or changed, and claimed by none.'),
        readers: z.array(z.string()).describe('Accounts of Interaction Servers that read it.'),
      }),
    ),
    orphans: z
      .array(
        z.looseObject({
          object,
          reason: z.enum(['unknown', 'gone', 'abandoned', 'copy']),
          key,
          solution: z.string(),
          operation: z.string(),
          accountOf: z.array(z.string()).describe('Servers that run as it.'),
        }),
      )
      .describe('Objects with our mark that no solution in use holds.'),
  })
  .meta({ id: 'IsolationReport' });
