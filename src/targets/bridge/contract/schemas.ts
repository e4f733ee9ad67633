import * as z from 'zod';

/**
 * What goes over the wire of a bridge: what it has to send and may expect. Answers may hold more members than these;
 * our client also reads numbers as strings and leaves out what it can do without.
 */

const objectType = z.int().min(1).meta({ description: 'CfgObjectType number', example: 12 });
const dbid = z.int().min(1).meta({ description: 'DBID of an object', example: 201 });
const accountType = z
  .union([z.literal(3), z.literal(21)])
  .meta({ description: 'CfgObjectType of an account: 3 Person, 21 access group', example: 21 });
const accountDbid = z.int().min(1).meta({ description: 'DBID of the account', example: 105 });
const accessMask = z.int().min(0).max(255).meta({
  description:
    'Sum of bits: 1 read, 2 create, 4 change, 8 execute, 16 delete, 32 read permissions, 64 change permissions, 128 as stored',
  example: 9,
});

export const newAccount = z
  .strictObject({ accountType, accountDbid })
  .meta({ description: 'The account to set.' });

export const account = z
  .looseObject({ accountType, accountDbid })
  .meta({ description: 'Who a server logs on as: a Person or an access group. SYSTEM is access group 98.' });

export const aclEntry = z
  .strictObject({ accountType, accountDbid, accessMask })
  .meta({ description: 'One entry of an access control list; an account stands in it once.' });

export const acl = z
  .looseObject({ objectType, dbid, entries: z.array(aclEntry) })
  .meta({ description: 'All explicit entries of one object, in any order, those of deleted accounts too.' });

export const newAcl = z
  .strictObject({ entries: z.array(aclEntry), recursive: z.boolean().default(false) })
  .meta({
    description:
      'The whole list: what is not in it is taken away. `recursive` gives it to the children of a container too; this service never sends true.',
  });

export const effectivePermission = z
  .looseObject({ accessMask })
  .meta({ description: 'What the account may do with the object by any path.' });

export const effectiveQuestion = z
  .strictObject({
    accountType,
    accountDbid,
    objects: z.array(z.strictObject({ objectType, dbid })).max(1_000),
  })
  .meta({ description: 'One account, up to 1,000 objects.' });

export const effectiveAnswer = z
  .looseObject({
    results: z.array(
      z.looseObject({
        objectType,
        dbid,
        accessMask: accessMask.nullable().meta({ description: 'null: there is no such object' }),
      }),
    ),
  })
  .meta({ description: 'As many results as objects, in the order asked.' });

const status = z.int().min(0).max(8).meta({
  description:
    'SCS state: 0 unknown, 1 stopped, 2 stop transition, 3 stop pending, 4 start transition, 5 start pending, 6 running, 7 initializing, 8 service unavailable',
  example: 6,
});

export const applicationStatus = z
  .looseObject({ status, runMode: z.enum(['primary', 'backup', 'none']) })
  .meta({ description: '`runMode` is `none` for what does not run.' });

export const taken = z
  .looseObject({ status })
  .meta({ description: 'SCS took the request; the state moves on by itself.' });

export const stop = z
  .strictObject({ graceful: z.boolean().default(false) })
  .meta({ description: 'Graceful: no new work, what is begun is ended.' });

export const nothing = z.strictObject({}).meta({ description: 'An empty object.' });

export const health = z
  .looseObject({
    configurationServer: z.enum(['connected', 'disconnected']),
    solutionControlServer: z.enum(['connected', 'disconnected']),
  })
  .meta({ description: 'Whether the bridge has its sessions now.' });

export const bridgeError = z.looseObject({
  errorType: z.int().min(0).max(255).meta({
    description:
      'Error type of the decoded EventError: 10 no such object, 12 not unique; 0 when it is the bridge itself that refuses',
    example: 12,
  }),
  objectType: z.int().min(0).meta({ description: 'Object type of the decoded EventError, or 0' }),
  objectProperty: z.int().min(0).meta({ description: 'Property of the decoded EventError, or 0' }),
  message: z.string().meta({ description: 'What the platform said, in one line, without secrets' }),
  scsError: z
    .int()
    .min(0)
    .max(14)
    .optional()
    .meta({ description: 'Error code of Solution Control Server, where it is SCS that refused' }),
});
