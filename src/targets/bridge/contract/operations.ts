import type { Json } from './operation.js';
import {
  application,
  etag,
  ifMatch,
  object,
  operation,
  orderOf,
  parameter,
  read,
  write,
} from './operation.js';

/** Every request of the bridge: the `paths` of the document. */
export function operations(): Json {
  return {
    '/v1/acl/{objectType}/{dbid}': {
      get: operation({
        id: 'readAcl',
        tag: 'security',
        summary: 'The whole access control list of one object',
        message: 'RequestReadPermissions',
        parameters: object,
        answer: { code: 200, schema: 'Acl', description: 'All entries', headers: etag },
        refused: read,
      }),
      put: operation({
        id: 'replaceAcl',
        tag: 'security',
        summary: 'Replaces the whole list of one object',
        message:
          'RequestUpdatePermissions. An entry of a deleted account that was there before is taken back as it is.',
        parameters: [...object, ifMatch],
        body: 'NewAcl',
        answer: {
          code: 200,
          schema: 'Acl',
          description: 'The list as it is now, read after the write',
          headers: etag,
        },
        refused: write,
      }),
    },
    '/v1/effective-permission/{objectType}/{dbid}': {
      get: operation({
        id: 'readEffectivePermission',
        tag: 'security',
        summary: 'What one account may do with one object, by any path',
        message: 'RequestReadObjectPermissions',
        parameters: [
          ...object,
          parameter('account_type', 'query', '3 Person or 21 access group'),
          parameter('account_dbid', 'query', 'DBID of the account'),
        ],
        answer: { code: 200, schema: 'EffectivePermission', description: 'The mask; 0 for no right at all' },
        refused: read,
      }),
    },
    '/v1/effective-permissions': {
      post: operation({
        id: 'readEffectivePermissions',
        tag: 'security',
        summary: 'The same for up to 1,000 objects of one account',
        message:
          'RequestReadObjectPermissions, one for each object, pipelined. It only reads. An object that is not there has `accessMask: null`; 404 means the account.',
        body: 'EffectiveQuestion',
        answer: {
          code: 200,
          schema: 'EffectiveAnswer',
          description: 'One result for each object, in the order asked',
        },
        refused: read,
      }),
    },
    '/v1/account/{applicationDbid}': {
      get: operation({
        id: 'readAccount',
        tag: 'security',
        summary: 'Who a server logs on as',
        message: 'RequestReadAccount',
        parameters: application,
        answer: { code: 200, schema: 'Account', description: 'The account', headers: etag },
        refused: [...read, 409],
      }),
      put: operation({
        id: 'updateAccount',
        tag: 'security',
        summary: 'Sets who a server logs on as',
        message: 'RequestUpdateAccount. The present account, written as it is, is an order like any other.',
        parameters: [...application, ifMatch],
        body: 'NewAccount',
        answer: {
          code: 200,
          schema: 'Account',
          description: 'The account as it is now, read after the write',
          headers: etag,
        },
        refused: write,
      }),
    },
    '/v1/applications/{applicationDbid}/status': {
      get: operation({
        id: 'readStatus',
        tag: 'control',
        summary: 'State and run mode of a server',
        message: 'SCS: application state and run mode, as SCS knows them now',
        parameters: application,
        answer: { code: 200, schema: 'ApplicationStatus', description: 'State and run mode' },
        refused: read,
      }),
    },
    '/v1/applications/{applicationDbid}/start': {
      post: orderOf('start', 'Starts a server', 'SCS: start application', 'Taken', 'Nothing'),
    },
    '/v1/applications/{applicationDbid}/stop': {
      post: orderOf(
        'stop',
        'Stops a server',
        'SCS: stop application, or stop it gracefully. A forced stop while a graceful one is under way takes its place.',
        'Taken',
        'Stop',
      ),
    },
    '/v1/applications/{applicationDbid}/switch-over': {
      post: orderOf(
        'switchOver',
        'Makes this one of a pair the primary',
        'SCS: change of execution mode. 409 with `scsError` 13 where there is no backup that could.',
        'ApplicationStatus',
        'Nothing',
      ),
    },
    '/v1/health': {
      get: operation({
        id: 'readHealth',
        tag: 'bridge',
        summary: 'Whether the bridge has its sessions',
        message: 'Asks nobody: says what the bridge knows.',
        answer: {
          code: 200,
          schema: 'Health',
          description: 'State of both sessions; 200 also when one is lost',
        },
        refused: [401],
      }),
    },
  };
}
