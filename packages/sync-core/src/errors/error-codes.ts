/** What an error code means: whether trying again can help, and what the reader can do. @public */
export interface ErrorCodeMeaning {
  readonly retryable: boolean;
  readonly meaning: string;
  readonly remedy: string;
}

/** Every error code of bomba-sync; `docs/errors.md` is generated from this table. @public */
export const errorCodes = {
  SYNC_CONFIG_INVALID: {
    retryable: false,
    meaning: 'An option or environment value is missing or wrong.',
    remedy: 'Correct every value that the message lists.',
  },
  SYNC_STATE_NOT_STARTED: {
    retryable: false,
    meaning: 'The call needs a running sync.',
    remedy: 'Await sync.start() first.',
  },
  SYNC_STATE_LOCAL_NOT_CONNECTED: {
    retryable: true,
    meaning: 'Local MongoDB did not answer, so sync cannot start.',
    remedy: 'Start the local database, await mongoose.connect(), then sync.start().',
  },
  SYNC_STATE_DISABLED: {
    retryable: false,
    meaning: 'Sync is switched off by configuration.',
    remedy: 'Set SYNC_ENABLED=true (option enabled) and restart.',
  },
  SYNC_STATE_COLLECTION_REFUSED: {
    retryable: false,
    meaning: 'The collection cannot be synced; it works as before, without sync.',
    remedy: 'See the reason in the message; exclude the collection or change what it is.',
  },
  SYNC_STATE_PAUSED_WIDER: {
    retryable: false,
    meaning:
      'A single collection is to be resumed while all collections are paused, or all are to be synced anew.',
    remedy:
      'Resume all collections of that direction, then pause those that are to stay off. Resync: resume, or name the collections.',
  },
  SYNC_CAPTURE_MISSED: {
    retryable: true,
    meaning: 'A write of the application went through without being marked for sync.',
    remedy: 'Nothing: the next comparison of both sides finds it. If it recurs, see the cause in the log.',
  },
  SYNC_CAPTURE_BYPASSED: {
    retryable: false,
    meaning: 'Writes of this Mongoose do not pass where sync captures them.',
    remedy: 'Use a supported version of Mongoose, see the compatibility table of @bomba/sync-mongo.',
  },
  SYNC_CAPTURE_UNMATCHED: {
    retryable: false,
    meaning: 'The audit saw a write of a synced collection that was not marked for sync.',
    remedy: 'Write through a model; the next comparison of both sides finds what was written.',
  },
  SYNC_CAPTURE_AUDIT_BLIND: {
    retryable: false,
    meaning: 'The audit is on, but a connection of the application does not announce its commands.',
    remedy: 'Connect with mongoose.connect(uri, { monitorCommands: true }).',
  },
  SYNC_CONN_UNREACHABLE: {
    retryable: true,
    meaning: 'The database did not answer.',
    remedy: 'Nothing, if the network is down: sync goes on by itself. Else check the URI and the server.',
  },
  SYNC_CONN_AUTH: {
    retryable: true,
    meaning: 'The database refused the credentials, or they lack a right.',
    remedy: 'Check user, password and role; sync tries again slowly and loses nothing.',
  },
  SYNC_CONN_NOT_REPLICA_SET: {
    retryable: true,
    meaning: 'The database given as Atlas is not a replica set, so it has no change streams.',
    remedy: 'Give the URI of a replica set or sharded cluster.',
  },
  SYNC_CONN_INSECURE: {
    retryable: false,
    meaning: 'A database beyond this machine is to be reached without TLS, or with its checks off.',
    remedy: 'Use mongodb+srv:// or tls=true and remove tlsInsecure-like options.',
  },
  SYNC_WRITE_UNCERTAIN: {
    retryable: true,
    meaning: 'A write was not answered: it may or may not have been done.',
    remedy: 'Nothing: it is recognised or repeated.',
  },
  SYNC_WRITE_UNIQUE: {
    retryable: false,
    meaning: 'Another document holds the unique value of this one.',
    remedy: 'Change the value in either document, then retry the quarantined one.',
  },
  SYNC_WRITE_VALIDATION: {
    retryable: false,
    meaning: 'The document does not fulfil the rules of its model or of the server.',
    remedy: 'Edit the quarantined state or correct the rule, then retry.',
  },
  SYNC_WRITE_TOO_LARGE: {
    retryable: false,
    meaning: 'The document is larger than the server allows.',
    remedy: 'Make the document smaller, then retry.',
  },
  SYNC_WRITE_NAME_REFUSED: {
    retryable: false,
    meaning:
      'The server refused the name of a field of the document: it begins with $, has a dot, or is empty.',
    remedy: 'Edit the quarantined state so that the field has another name.',
  },
  SYNC_WRITE_NOT_EXACT: {
    retryable: false,
    meaning:
      'The document holds a value that the MongoDB driver cannot write as the bytes that are stored: a date that ' +
      'JavaScript does not have, text that is not UTF-8, a name that is there twice, a type that is no more.',
    remedy:
      'Give the field that the reason names another value: where the document was written, or by an edit.',
  },
  SYNC_WRITE_REFUSED: {
    retryable: true,
    meaning: 'The server refused the document with a code that bomba-sync does not know.',
    remedy:
      'It is tried again by itself, at growing distances. If it stays: see the reason; edit the quarantined state, then retry.',
  },
  SYNC_WRITE_NO_SPACE: {
    retryable: true,
    meaning: 'A server has no disk space left for a write.',
    remedy: 'Free space, or enlarge the disk, on the side that is named; sync then goes on by itself.',
  },
  SYNC_WRITE_TRANSIENT: {
    retryable: true,
    meaning: 'The server could not do it at this moment.',
    remedy: 'Nothing: it is tried again.',
  },
  SYNC_APPLY_HOOK_FAILED: {
    retryable: false,
    meaning: 'A hook of a model threw an error, or did not end, when a state from Atlas was applied.',
    remedy: 'Correct the hook, or set applyLogic of that model to never; then retry the quarantined state.',
  },
  SYNC_APPLY_NOT_IDEMPOTENT: {
    retryable: false,
    meaning:
      'The hooks of a model change what they have made themselves, so they are not run on what is applied.',
    remedy: 'Let the hooks leave a document alone that needs nothing, with isModified for one.',
  },
  SYNC_STREAM_INTERRUPTED: {
    retryable: true,
    meaning: 'The change stream broke; it is reopened at its position.',
    remedy: 'Nothing: sync goes on by itself.',
  },
  SYNC_STREAM_HISTORY_LOST: {
    retryable: true,
    meaning: 'Atlas no longer has the changes since the saved position.',
    remedy: 'Nothing: both sides are compared. If it recurs, enlarge the oplog window of the cluster.',
  },
  SYNC_ATLAS_REFUSED: {
    retryable: true,
    meaning:
      'The service of Atlas refused a request (server code 8000): a limit or quota of the cluster is reached, its tier ' +
      'does not offer this, or the user lacks a right. The code does not say which.',
    remedy:
      'Look at storage and limits of the cluster in the Atlas console, then at the role of the user; sync tries again ' +
      'slowly and loses nothing.',
  },
  SYNC_ATLAS_RESTORED: {
    retryable: true,
    meaning:
      'Atlas is behind what this branch has seen of it: it was restored from a backup, or is another database.',
    remedy:
      "Check the URI. If Atlas was restored, Local works on; choose by resync: prefer 'local' puts back what the backup lacks, 'atlas' returns to it and keeps copies.",
  },
  SYNC_FULL_RUNNING: {
    retryable: true,
    meaning: 'A full sync is running already.',
    remedy: 'Wait for it, or cancel it.',
  },
  SYNC_FULL_FUSE: {
    retryable: false,
    meaning: 'More documents are gone from Atlas without a trace than anybody is likely to have deleted.',
    remedy:
      "The collections paused themselves. Look at Atlas, then choose by resync: prefer 'local' puts back there what is gone, prefer 'atlas' removes it from Local, with copies in the conflict store.",
  },
  SYNC_LEASE_LOST: {
    retryable: true,
    meaning: 'Another process of this branch took over the engine.',
    remedy: 'Nothing: this process stands by.',
  },
  SYNC_TIMEOUT: {
    retryable: true,
    meaning: 'What was waited for did not happen in the time given.',
    remedy: 'See status(): where Atlas is absent, wait until it is back.',
  },
  SYNC_NOT_FOUND: {
    retryable: false,
    meaning: 'There is no such record.',
    remedy: 'List the records and use an id from there.',
  },
  SYNC_API_REQUEST_INVALID: {
    retryable: false,
    meaning: 'A request to the API has values that are missing, wrong or unknown.',
    remedy: 'Correct every value that the answer lists.',
  },
  SYNC_API_UNAUTHENTICATED: {
    retryable: false,
    meaning: 'A request to the API carries no key, or one that is not valid.',
    remedy: 'Send a valid key as "Authorization: Bearer <key>" or "x-api-key: <key>".',
  },
  SYNC_API_FORBIDDEN: {
    retryable: false,
    meaning: 'The caller may not do this, or no access to the API is configured at all.',
    remedy: 'Give createSyncRouter apiKeys, or an authorize that permits this caller.',
  },
  SYNC_API_METHOD_NOT_ALLOWED: {
    retryable: false,
    meaning: 'The API does not know this method for this path.',
    remedy: 'Use a method of the header Allow.',
  },
  SYNC_API_BODY_TOO_LARGE: {
    retryable: false,
    meaning: 'The body of a request to the API is larger than 100 kB.',
    remedy: 'Send a smaller body.',
  },
  SYNC_API_MEDIA_TYPE: {
    retryable: false,
    meaning: 'The body of a request to the API is not JSON.',
    remedy: 'Send JSON with "Content-Type: application/json".',
  },
  SYNC_API_TOO_MANY_STREAMS: {
    retryable: true,
    meaning: 'As many event streams of the API are open as one process serves.',
    remedy: 'Close those that nobody reads, or ask for the report once in a while.',
  },
  SYNC_BUG: {
    retryable: false,
    meaning: 'A state that should be impossible.',
    remedy: 'Please report it with the code and the log around it.',
  },
} as const satisfies Readonly<Record<string, ErrorCodeMeaning>>;

/** The code of an error. @public */
export type SyncErrorCode = keyof typeof errorCodes;
