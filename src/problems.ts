/** What an error means to whoever asked; the edges (HTTP, Kafka) map it to their own words. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'conflict'
  | 'gone'
  | 'precondition-failed'
  | 'too-large'
  | 'headers-too-large'
  | 'too-slow'
  | 'unsupported-media'
  | 'unprocessable'
  | 'too-many'
  | 'internal'
  | 'bad-gateway'
  | 'unavailable';

interface Problem {
  kind: ErrorKind;
  title: string;
  /** What it means, for the page under docs/problems. */
  means: string;
  /** What the reader can do about it. */
  remedy: string;
  retryable: boolean;
}

const problem = (
  kind: ErrorKind,
  title: string,
  means: string,
  remedy: string,
  retryable = false,
): Problem => ({
  kind,
  title,
  means,
  remedy,
  retryable,
});

/**
 * Every code that a problem document, an operation's `error` or a finding may carry.
 * docs/problems/<code>.md is generated from here (`npm run generate`) and compared in CI.
 */
export const PROBLEMS = {
  // --- requests
  'malformed-json': problem(
    'invalid',
    'The body is not JSON',
    'The body could not be parsed as JSON; `line` and `column` say from where on.',
    'Correct the body at the place that `detail` names. Send one JSON object in UTF-8 with `Content-Type: application/json`.',
  ),
  'invalid-request': problem(
    'invalid',
    'The request is not valid',
    'One or more members are missing, unknown or of the wrong form; `errors` lists every fault by JSON pointer.',
    'Correct each fault listed in `errors` and send the request again.',
  ),
  'not-found': problem(
    'not-found',
    'No such resource',
    'Nothing lives at this address.',
    'Check the id or the path; the list resources show what exists.',
  ),
  'method-not-allowed': problem(
    'method-not-allowed',
    'This method is not offered here',
    'The resource exists but does not take this method.',
    'See the explorer under /docs for the methods of this resource.',
  ),
  'unsupported-media-type': problem(
    'unsupported-media',
    'The media type is not supported',
    'Bodies are JSON only.',
    'Send `Content-Type: application/json`.',
  ),
  'body-too-large': problem(
    'too-large',
    'The body is too large',
    'The body exceeds the limit of 1 MiB.',
    'Send fewer Business Processes per solution (at most 500).',
  ),
  'malformed-http': problem(
    'invalid',
    'The request is not HTTP',
    'What came in cannot be read as an HTTP/1.1 request: an unknown method, a broken header, lengths that contradict each other, or TLS where plain HTTP is served.',
    'Send it with an HTTP library, over the scheme (`http` or `https`) that is served at this port.',
  ),
  'headers-too-large': problem(
    'headers-too-large',
    'The headers are too large',
    'The address and the headers are larger than 16 KiB together.',
    'Leave out what is not needed: cookies, baggage, long filters.',
  ),
  'request-timeout': problem(
    'too-slow',
    'The request did not come in as a whole',
    'The request has begun and has not ended within a minute.',
    'Send it again; when it happens again look at what stands between you and the service.',
    true,
  ),
  'not-yet-supported': problem(
    'unprocessable',
    'This is not supported yet',
    'The request uses a member or value whose behaviour is not there yet; it is refused rather than ignored.',
    'Leave the members listed in `errors` out, or wait for the release that brings them.',
  ),
  'target-unknown': problem(
    'unprocessable',
    'No such target is configured',
    'The request names a target that is not in the targets file, or names none while several are configured.',
    'Use one of the targets listed by `GET /v1/targets`.',
  ),
  'idempotency-key-reused': problem(
    'unprocessable',
    'The idempotency key was used for another request',
    'The same caller sent the same `Idempotency-Key`, or over Kafka the same source and id, with another payload.',
    'Use a new key for a new request; repeat the first payload to get its operation again.',
  ),
  'plan-not-found': problem(
    'not-found',
    'No such plan',
    'The plan does not exist or has expired.',
    'Ask for a new plan with `validate_only=true`.',
  ),
  'plan-mismatch': problem(
    'unprocessable',
    'The plan belongs to another request',
    'The body asks for something else than the plan named by `planId`.',
    'Send the body the plan was made for, or make a new plan.',
  ),
  'solution-exists': problem(
    'conflict',
    'The solution exists already',
    'A live solution of this target, tenant and key exists.',
    'Read the solution under `href`; use another key for another solution.',
  ),
  'nothing-to-verify': problem(
    'conflict',
    'There is nothing to verify',
    'The solution failed and was undone, or was offboarded: nothing of it is at the target.',
    'Verify a solution that is active.',
  ),
  'operation-in-progress': problem(
    'conflict',
    'Another operation of this solution is running',
    'A solution has one operation at a time.',
    'Follow the operation under `href` and ask again when it is done.',
    true,
  ),
  'resource-claimed': problem(
    'conflict',
    'A Business Process or server belongs to another solution',
    'A Business Process and an Interaction Server belong to one live solution of a target.',
    'Take the named object out of the request, or offboard the solution that holds it.',
  ),
  'verb-not-possible': problem(
    'conflict',
    'The operation cannot do this now',
    'The verb does not fit the state of the operation.',
    'Choose one of `possibleVerbs`.',
  ),
  'verb-pending': problem(
    'conflict',
    'Another request is waiting',
    'The operation has a recorded request that waits for its safe point.',
    'Wait until `requestedVerb` is empty and ask again.',
    true,
  ),
  'task-not-open': problem(
    'conflict',
    'The task is not open',
    'The task that is reported is not the one the operation waits for: it was reported before, it was withdrawn, or it belongs to another operation.',
    'Read `GET /v1/tasks?operation=…&state=open` and report the task that is open.',
  ),
  'state-mismatch': problem(
    'conflict',
    'The operation is in another state',
    'The operation is not in the `expectedState` of the request.',
    'Read the operation again and decide anew.',
  ),
  'approval-by-requester': problem(
    'forbidden',
    'Who asked may not approve',
    'The caller has asked for this operation, and somebody else has to agree to its plan.',
    'Have another caller with the role `approver` look at the plan and approve it.',
  ),
  'mark-done-refused': problem(
    'conflict',
    'It is not as was said',
    'The target was looked at for `mark-done` and does not bear it out: an object that should be there is not, or the other way round, or it could not be read.',
    'Look at the object named in `detail`; mend it and ask again, or use `skip` or `abandon`, which say what is left behind.',
  ),
  'cursor-expired': problem(
    'gone',
    'The cursor is older than what is kept',
    'Events before the first kept cursor have been removed.',
    'Start again without `after` and rebuild what you keep from the solutions.',
  ),
  unauthenticated: problem(
    'unauthenticated',
    'Sign in first',
    'The request carries no valid credentials.',
    'Send the API key or token of a known caller.',
  ),
  forbidden: problem(
    'forbidden',
    'Not allowed',
    'The caller has no role for this on this target and tenant.',
    'Ask an administrator for the role named in `detail`.',
  ),
  'command-expired': problem(
    'gone',
    'The command is too old',
    'The command was sent longer ago than repeats of commands can be told from new ones.',
    'If it is still wanted, send it again with a new id and the present time.',
  ),
  'precondition-failed': problem(
    'precondition-failed',
    'The resource has changed',
    'The version given is not the current one.',
    'Read the resource again and repeat the request with its version.',
  ),
  'progress-unreadable': problem(
    'internal',
    'What is written down of the operation cannot be read',
    'Rows of `operation_progress` do not make up its steps and actions: somebody changed them, or a restore lost some. Since then nothing was done or undone, and none of the rows was written over.',
    'Put the rows of this operation back from a backup and say `retry`; or say `abandon` and look with the isolation report at what it left at the target.',
  ),
  internal: problem(
    'internal',
    'Something went wrong on our side',
    'An error that nobody foresaw; it is in the log under the same `traceId`.',
    'Ask again later; report the `traceId` if it stays.',
    true,
  ),
  unavailable: problem(
    'unavailable',
    'The service cannot do this at the moment',
    'The service or something it depends on is not available.',
    'Ask again after `Retry-After` seconds.',
    true,
  ),
  'database-full': problem(
    'unavailable',
    'The database has no room left',
    'The disk of the database is full. Nothing of the request was kept; operations that run wait, and nothing accepted is lost.',
    'Make room on the disk of the database. The service goes on by itself; ask again after `Retry-After` seconds.',
    true,
  ),
  'database-read-only': problem(
    'unavailable',
    'The database takes no changes',
    'The database is read-only: a standby that has not been promoted yet, or set so by its operator. Reads are answered, changes are refused; operations that run wait.',
    'Ask again after `Retry-After` seconds. If it stays, look whether a failover has ended, and at `default_transaction_read_only`.',
    true,
  ),
  'database-overloaded': problem(
    'unavailable',
    'The database has no room for more work',
    'Its limit of connections is reached, it has run out of memory, or the statement took too long and was cancelled. Nothing of the request was kept.',
    'Ask again after `Retry-After` seconds. If it stays, look at the connection limits of the server and of the role, and at what holds locks.',
    true,
  ),
  'target-unavailable': problem(
    'unavailable',
    'The target does not answer',
    'The target could not be asked; nothing was changed.',
    'Ask again later; `GET /v1/targets` shows the health of the target.',
    true,
  ),
  // --- findings
  'unknown-tenant': problem(
    'unprocessable',
    'No such tenant',
    'The target has no tenant of this name that its service user can read.',
    'Correct the name of the tenant, or give the service user Read on it.',
  ),
  'unknown-interaction-server': problem(
    'unprocessable',
    'No such Interaction Server',
    'The target has no application of this name that its service user can read.',
    'Correct the name of the Interaction Server, or give the service user Read on it.',
  ),
  'unknown-business-process': problem(
    'unprocessable',
    'No such Business Process',
    'The tenant has no script of this name that the service user can read.',
    'Correct the name of the Business Process, or give the service user Read on it.',
  ),
  'not-a-business-process': problem(
    'unprocessable',
    'This script is not a Business Process',
    'A script of this name exists, but its type is not 28 (Business Process).',
    'Name the Business Process itself, not one of its queues, views or strategies.',
  ),
  'not-an-interaction-server': problem(
    'unprocessable',
    'This application is not an Interaction Server',
    'The application is neither of type 111 (Interaction Server) nor of type 1 (an Interaction Server set up as T-Server).',
    'Name the application object of the Interaction Server.',
  ),
  'object-disabled': problem(
    'unprocessable',
    'The object is disabled',
    'The object exists, but its state on the target is not "enabled".',
    'Enable the object on the target, or take it out of the request.',
  ),
  'name-taken': problem(
    'unprocessable',
    'The name is taken',
    'An object of this name exists on the target and was not created for this solution; nothing that is found is taken over or deleted unasked.',
    'Choose another name in the request, ask for `onExisting: "adopt"` if the object was set up by hand for what this solution is to be, or remove it if nobody needs it.',
  ),
  'not-adoptable': problem(
    'unprocessable',
    'What is there is not taken over',
    'The access group or the Person of this name is there already, and `onExisting: "adopt"` takes over only what is safe: an ordinary group with no members but the Person; a Person who is no agent, in no other group, and the account of no other server. `reason` says what it is.',
    'Do what `detail` says, or give the account and the Person of this solution other names.',
  ),
  adopted: problem(
    'unprocessable',
    'Something that was there before is taken over',
    'A warning of a plan with `onExisting: "adopt"`: `detail` says what is used as it is found. It is marked as the solution\'s; an offboarding takes the mark and what was added away and deletes nothing of it.',
    'Nothing, if it was set up for this solution. Otherwise choose other names.',
  ),
  'server-not-in-tenant': problem(
    'unprocessable',
    'The server does not serve this tenant',
    'The tenant is not in the tenant list of the application.',
    'Add the tenant to the application, or name the Interaction Server of this tenant.',
  ),
  'server-serves-other-tenants': problem(
    'unprocessable',
    'The server serves other tenants too',
    'The application has several tenants; with the new account it serves only what that account can read.',
    'Check that nothing of the other tenants depends on this server.',
  ),
  'server-is-backup': problem(
    'unprocessable',
    'The server is a backup',
    'The named application is the backup of another one.',
    'Name the primary; its backup is handled with it.',
  ),
  'backup-shared': problem(
    'unprocessable',
    'The backup belongs to another primary',
    'The backup of the named server is the backup of another primary too, and a pair carries one account.',
    'Give the server a backup of its own.',
  ),
  'server-already-bound': problem(
    'unprocessable',
    'The server has another account',
    'The server does not run as SYSTEM but as an account that was not made for this solution.',
    'Offboard the solution that holds it, or set the account back to SYSTEM by hand if nobody needs it.',
  ),
  'server-state-unknown': problem(
    'unprocessable',
    'The state of the server is not known',
    'Solution Control Server does not know whether the server runs, so it could neither be stopped nor be seen to start.',
    'See that the Local Control Agent on the host of the server runs and is connected.',
    true,
  ),
  'shared-database': problem(
    'unprocessable',
    'The database is shared',
    'The servers lead to the same database, whichever access point they use. Their interactions lie in the same tables: an overload, a fault or a restore of one solution hits the others, and nothing is kept apart.',
    'Give each server a database of its own and a Database Access Point that leads there.',
  ),
  'database-unknown': problem(
    'unprocessable',
    'The database of the server is not known',
    'The server is connected to no Database Access Point, or to one that names no database, so it cannot be shown to have a database of its own.',
    'Connect the server to its Database Access Point, and fill in its database name.',
  ),
  'database-unclear': problem(
    'unprocessable',
    'The database may be shared',
    'The server and another Interaction Server lead to a database of the same name, on machines whose names can neither be told apart nor brought together. If it is one database, one solution can stop or spoil the other.',
    'Write the same name of the machine into both Database Access Points, or give the Host object the address; if they are two machines, use their full names.',
  ),
  'cluster-not-supported': problem(
    'unprocessable',
    'The server belongs to a cluster',
    'The nodes of an Interaction Server cluster share one database and take the work of each other by design, so giving one of them an account of its own would break the cluster. Clusters are another way of running several servers and are not supported here.',
    'Name an Interaction Server that belongs to no cluster.',
  ),
  'legacy-server': problem(
    'unprocessable',
    'The Interaction Server is set up as T-Server',
    'An Interaction Server may be an application of type T-Server, as in releases before 7.2. Whoever looks for type 111 overlooks it, and the vendor lets only type 111 serve several tenants.',
    'Set it up anew as an application of type Interaction Server when you can; until then remember it in every check by hand.',
  ),
  'default-access': problem(
    'unprocessable',
    'New Persons have default privileges',
    'Configuration Server is set to give new Persons the privileges of old (`no-default-access` is 1): a Person that is no agent joins the group Administrators of its tenant, which mostly reads every Business Process, and then nothing is kept apart.',
    'Set the option `no-default-access` in section `security` to 0 on primary and backup of Configuration Server, or take the rights on Business Processes away from that group.',
  ),
  'rights-unseen': problem(
    'unprocessable',
    'Rights cannot be read on this target',
    'Which rights an account has can only be read over a security driver that sees them; where a person does that part of the work, nothing here can prove the isolation. It stays unverified.',
    'Check the rights by hand in Configuration Manager, or put a bridge in front of the target.',
  ),
  'account-unseen': problem(
    'unprocessable',
    'Accounts of servers cannot be read on this target',
    'As which account a server runs can only be read over a security driver that sees it, so it is not known what that server reads.',
    'Check the Security tab of these servers by hand, or put a bridge in front of the target.',
  ),
  'state-unseen': problem(
    'unprocessable',
    'States of servers cannot be read on this target',
    'Whether a server runs can only be read over a control driver that sees it. It is taken to run, in the role it was set up for; who stops it writes down how it was.',
    'Look at the server in Genesys Administrator or Solution Control Interface, or put a bridge in front of the target.',
  ),
  'work-by-hand': problem(
    'unprocessable',
    'A person does part of the work',
    'On this target permissions and accounts, or starting and stopping, are the work of a person. The operation waits with a task for each stage of it, also in the middle of an outage and when it is undone.',
    'See that whoever has the tasks is there when the operation runs, and knows GET /v1/tasks; give a `window` for the outage.',
  ),
  'dependent-on-two-servers': problem(
    'unprocessable',
    'An application depends on two Interaction Servers',
    'The application is of a type that works with one Interaction Server at a time and is connected to several: it shows, counts or records what only one of them does, or mixes solutions that are to be kept apart.',
    'Set up an instance of this application for each Interaction Server, and connect each to one.',
  ),
  'base-access-group-missing': problem(
    'unprocessable',
    'A base access group is missing',
    'An access group that the targets file lists under `baseAccessGroups` does not exist on the target.',
    'Create the group on the target, or correct the targets file.',
  ),
  'required-object-missing': problem(
    'unprocessable',
    'A required object is missing',
    'An object that the targets file lists under `requiredReads` does not exist on the target.',
    'Create the object on the target, or correct the targets file.',
  ),
  'service-interruption': problem(
    'unprocessable',
    'The service will be interrupted',
    'For a while no server of the solution runs as primary: there is no running backup to switch over to, or both are restarted together. How long at most is said by the time-outs of the servers.',
    'Run the operation when an interruption is acceptable, or use `rolling` with a running backup.',
  ),
  'interactions-not-moved': problem(
    'unprocessable',
    'Interactions are not moved',
    'Interactions that are already in the database of the former server stay there.',
    'Let the former server finish them before the solution is moved, or move them by hand.',
  ),
  'run-modes-swapped': problem(
    'unprocessable',
    'The run modes stay swapped',
    'After a rolling restart the former backup runs as primary.',
    'Switch over by hand afterwards if the configured primary has to run as primary.',
  ),
  'run-modes-unclear': problem(
    'unprocessable',
    'It is not clear which server is primary',
    'Both servers of the pair run, but not exactly one of them as primary, so there is nothing to switch over from.',
    'Mend the pair, or use the restart mode `together`.',
    true,
  ),
  'pair-changed': problem(
    'unprocessable',
    'The pair has changed',
    'The server has another backup than when it was inspected.',
    'Start the operation again; it inspects the pair as it is now.',
    true,
  ),
  'server-not-settled': problem(
    'unprocessable',
    'The server is neither running nor stopped',
    'The server is on its way between stopped and running and has not arrived within its own time-outs.',
    'See why it does not settle and start the operation again.',
    true,
  ),
  'pair-account-refused': problem(
    'unprocessable',
    'The platform refuses unlike accounts on a pair',
    'The platform refused to set the account of a server while it is linked to a partner that has another one; everything was undone.',
    'Unlink the pair on the target, onboard the primary alone, give the backup the same account by hand, and link them again.',
  ),
  'server-not-started': problem(
    'unprocessable',
    'The server does not come up',
    'The server was started and did not reach the state "running" within its start-up time-out.',
    'Read the log of the server; it often lacks a right that its former account had.',
  ),
  'missing-permission': problem(
    'unprocessable',
    'The account lacks a right',
    'The account of the server cannot do what the server needs on this object; under this account it would be locked out or work blind.',
    'On a Business Process or a server of the solution itself: `PATCH /v1/solutions/{id}` with `{}`, whose plan gives back what is missing; no base access group, or all solutions would read it. On anything else (a host, a connection, a child script): give the right to one of the base access groups of the targets file.',
  ),
  'reads-other-business-processes': problem(
    'unprocessable',
    'The account reads other Business Processes',
    'The account of this solution can read Business Processes that are not its own, so its server would process them too.',
    'Take the right away: look for it in EVERYONE, in the base access groups, and in the default access mode of Configuration Server.',
  ),
  'read-by-other-solution': problem(
    'unprocessable',
    'Another solution reads these Business Processes',
    'The account of another solution can read Business Processes of this one, so its server would process them too.',
    'Take the right away from the account named in `detail`.',
  ),
  'shared-reader': problem(
    'unprocessable',
    'A shared server reads these Business Processes',
    'An Interaction Server that belongs to no solution, often the old shared one under SYSTEM, can read Business Processes of this solution and processes them too.',
    'Stop that server, or give it an account that reads only its own, once every solution has been moved.',
  ),
  'shared-account': problem(
    'unprocessable',
    'Several servers run as one account',
    'Interaction Servers with one account read the same Business Processes and work on them side by side: a stop or an overload of one is felt by all, and nobody can say which of them handles an interaction.',
    'Onboard each solution on a server of its own, and stop the old server once nothing is left on it.',
  ),
  'readable-by-all': problem(
    'unprocessable',
    'A group that all are in reads Business Processes',
    'Whatever EVERYONE or a base access group can read, every Interaction Server reads with it, so no account can be kept apart from these Business Processes.',
    'Take the Read right of the group away from the Business Processes named in `objects`; it often comes from a folder whose rights were passed on.',
  ),
  'business-process-new': problem(
    'unprocessable',
    'New Business Processes belong to no solution',
    'Business Processes have been made since a solution of the tenant was last set up or changed, and no solution has asked for them: the old shared server works on them, or nobody does.',
    'Add them to a solution with `PATCH /v1/solutions/{id}`, or onboard a solution for them.',
  ),
  'business-process-unclaimed': problem(
    'unprocessable',
    'Business Processes belong to no solution',
    'No solution has asked for these Business Processes: the server that everybody shares works on them, or nobody does.',
    'Onboard a solution for them, or leave them to the shared server on purpose.',
  ),
  orphan: problem(
    'unprocessable',
    'An object of ours belongs to nobody',
    'An access group or Person carries the mark of this service, and no solution in use holds it. It may still have rights, or a server may run as it; `reason` says whether its solution is unknown here, has ended, was abandoned, or holds another object.',
    'Offboard the solution if it is abandoned. Otherwise see that no server runs as the object and nobody else has put it to use, then delete it by hand; if it was copied by somebody, or the section `solution-onboarding` of its annex says `adopted` (it was there before the solution), take only that section out.',
  ),
  'not-acceptable': problem(
    'not-acceptable',
    'No such form of the answer',
    'None of the media types that the request accepts is offered.',
    'Ask for one of those named in `detail`, or send no `Accept`.',
  ),
  'child-scripts-unchecked': problem(
    'unprocessable',
    'Child scripts are not checked',
    'The targets file asks that the scripts below a Business Process be read too, but the platform does not say which they are.',
    'Check on the target that the account can read the queues and views of its Business Processes.',
  ),
  'server-not-running': problem(
    'unprocessable',
    'The server does not run',
    'The server ran or was started with the new account and is not running any more.',
    'Read the log of the server; it often lacks a right that its former account had.',
    true,
  ),
  'account-not-set': problem(
    'unprocessable',
    'The server has another account than wanted',
    'The account that was set reads back as another one.',
    'See who else sets accounts on this target.',
  ),
  'approval-not-separated': problem(
    'unprocessable',
    'Who asked has approved',
    'Nobody signs in here, so that whoever asked for the operation may have approved it too.',
    'Set `AUTH_API_KEYS` if two people have to agree.',
  ),
  'not-proven-running': problem(
    'unprocessable',
    'The server has not been seen to run',
    'The server is stopped, as wanted, so nothing proves that it comes up with its new account.',
    'Start the server when it is wanted and verify the solution again.',
  ),
  // --- operations
  'retries-used-up': problem(
    'unprocessable',
    'The tries are used up',
    'An action or a question failed as often, or for as long, as its step allows. Inside an outage the operation turned round to restore the service; elsewhere it waits for a person.',
    'Read `lastError` of the action; mend the cause and send `retry`, or send `compensate` to have everything undone.',
  ),
  'target-refused': problem(
    'unprocessable',
    'The target refused',
    'The target understood an effect and refused it; nothing happened, and trying again would not help.',
    'Read `detail` for the object and the reason the target gave; correct it and ask again.',
  ),
  'window-missed': problem(
    'conflict',
    'The window was missed',
    'A server may be stopped inside the window only, and the window does not leave twice what the outage may take.',
    'Send `reschedule` with a new window, or `cancel`.',
  ),
  'account-missing': problem(
    'conflict',
    'The account or the Person of the solution is not there',
    'The access group or the Person that the onboarding created has been removed or marked by somebody else.',
    'Offboard the solution, which takes away what is still there, and onboard it again.',
  ),
  'used-by-others': problem(
    'conflict',
    'Something of others hangs on what is to be deleted',
    'Deleting the account or the Person of the solution would change what somebody else has set up with it.',
    'Take away by hand what `detail` names, then ask again.',
  ),
  'neighbour-readable': problem(
    'conflict',
    'The server would read the Business Processes of another solution',
    'With its former account the server reads what is kept apart for another solution; an error where that one asks for exclusive isolation.',
    'Leave the server stopped (`serverAfter: "stopped"`).',
  ),
  'solution-ended': problem(
    'conflict',
    'The solution is not in use',
    'The solution has been offboarded, or was never there: its onboarding failed and was undone.',
    'Onboard it again; there is nothing to change or to take away.',
  ),
  'solution-not-active': problem(
    'conflict',
    'The solution is not active',
    'Only an active solution can be changed; the last operation of this one was abandoned.',
    'Offboard it, which takes away what is left of it.',
  ),
  'changed-by-other': problem(
    'conflict',
    'Somebody else has changed an object',
    'An object holds neither what was there before nor what this operation makes of it. Nothing of others is overwritten: going forward the operation turned round, in the undo it waits for a person. Also a server that was started by others while it was stopped for its account: nobody knows which account it came up with.',
    'Find out who changed the object named in `detail`. In an undo: put it right (a server that others have started: stop it) and send `retry`, or `abandon` and tidy up by `leftBehind`. Where the platform starts servers by itself, turn that off for these servers while the operation runs.',
  ),
  'cannot-tell': problem(
    'unprocessable',
    'It cannot be told what the target holds',
    'The target does not say what an object holds now, so nothing is done to it.',
    'Look at the object named in `detail`; send `retry` when its state can be read.',
  ),
  'task-not-done': problem(
    'conflict',
    'A person reports that it was not done',
    'Work that was handed to a person was reported as not done. Going forward outside an outage, and in the undo, it waits for a person; inside an outage the operation turned round to restore the service.',
    'Read the reason in `detail`. Send `retry` for a new task, or `cancel` to have everything undone.',
  ),
  'report-contradicted': problem(
    'conflict',
    'The target does not show what was reported',
    'A person reported work as done, and the target shows that it is not. A new task was made until the tries were used up.',
    'Look at the object named in `detail`; send `retry` for a new task when it is clear who changes it.',
  ),
  irreversible: problem(
    'conflict',
    'It cannot be taken back any more',
    'An action that has no undo was started: there is only forward, or `abandon`.',
    'Send `retry` to go forward, or `abandon`.',
  ),
  'plan-drifted': problem(
    'conflict',
    'The target has changed since the plan was made',
    'The plan that was agreed to is not what would be done now; nothing was changed.',
    'Make a new plan with `validate_only=true`, look at it, and send its `planId`.',
  ),
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof PROBLEMS;
