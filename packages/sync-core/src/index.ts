export { decide } from './protocol/decide.js';
export { type Answer, type AnswerName } from './protocol/answer.js';
export { type Body, type Digest, sameBody } from './protocol/body.js';
export { type Direction, type Side } from './protocol/side.js';
export {
  createStamp,
  isLater,
  isSharedStamp,
  isSpreadStamp,
  latest,
  lowestStamp,
  sameWrite,
  type Stamp,
  stampFor,
  type StampParts,
  stampTimeMs,
  toStamp,
  withTime,
} from './protocol/stamp.js';
export {
  type AtlasDocument,
  type AtlasTombstone,
  type LocalDocument,
  type LocalMarks,
  type LocalTombstone,
  type Rules,
  type VersionInfo,
  type View,
} from './protocol/state.js';
export { HybridClock, type HybridClockOptions } from './clock/hybrid-clock.js';
export {
  canonicalIdOf,
  collectionOf,
  createDocumentKey,
  type DocumentKey,
} from './document-key/document-key.js';
export { type Collision, type CollisionResolution, quarantined } from './conflict/collision.js';
export { conflictIdOf, type ConflictReason, type ConflictRecord } from './conflict/conflict-record.js';
export {
  type QuarantineEntry,
  quarantineIdOf,
  type QuarantineMark,
  type QuarantinePlace,
  refusedPullId,
  type ValueWait,
  valueWaitOf,
} from './quarantine/quarantine-record.js';
export { type FreedValue, retryFreed } from './quarantine/retry-freed.js';
export { sweepQuarantine, type SweepQuarantineOptions } from './quarantine/sweep-quarantine.js';
export { ForeignStates } from './pull/foreign-states.js';
export { tryAgain } from './quarantine/try-again.js';
export { type Holder, type HolderSearch, type KeyedBody } from './operations/holder.js';
export { isRefusal, type Refusal } from './operations/refusal.js';
export {
  type PairedPages,
  type PairHeed,
  type ScannedState,
  type StatePage,
  type StatePair,
  type StateScan,
} from './operations/scanned-state.js';
export { ask, type Operation, type ResultOf, type Step } from './operations/operation.js';
export {
  type Acknowledgement,
  type Amendment,
  type AmendEntry,
  type DirtyKey,
  type IndexPage,
  type Expected,
  type LocalOperation,
  type LocalResults,
  type MarkedPage,
  type SentVersion,
  type StoredState,
} from './operations/local-operation.js';
export {
  type AtlasOperation,
  type AtlasResults,
  type PushEntry,
  type PushResult,
  type SealEntry,
} from './operations/atlas-operation.js';
export { type ModelEntry, type ModelOperation, type ModelResults } from './operations/model-operation.js';
export { type AtlasSide, type LocalSide } from './ports/side.js';
export { type ModelLane } from './ports/model-lane.js';
export { type ApplyLogic } from './apply-logic/apply-logic.js';
export { type Clock } from './ports/clock.js';
export { type Random } from './ports/random.js';
export { type LogFields, type Logger, silentLogger } from './ports/logger.js';
export { type MetricLabels, type Metrics, silentMetrics } from './ports/metrics.js';
export { type SyncControl } from './ports/sync-control.js';
export {
  type ConnectionState,
  type DirectionCounts,
  type PauseScope,
  type SyncState,
  type SyncStatus,
} from './control/sync-status.js';
export { type HealthCheck, type HealthReport, type HealthStatus } from './control/health-report.js';
export {
  type CollectionReport,
  type DifferenceKind,
  type DifferenceSample,
  type FieldDifference,
  type FullSyncHistory,
  type FullSyncOptions,
  type FullSyncProgress,
  type FullSyncReport,
  type IndexDifference,
  type ResyncOptions,
} from './control/full-sync-report.js';
export { progressLine } from './control/progress-line.js';
export { type ProgressTerminal, showProgress } from './control/show-progress.js';
export {
  type ConflictArchive,
  DEFAULT_RECORD_LIMIT,
  type RecordPlace,
  type RecordQuery,
  type StoredConflict,
} from './control/conflict-archive.js';
export { type QuarantinedDocument, type QuarantineDesk } from './control/quarantine-desk.js';
export { type SyncEventListener, type SyncEventName, type SyncEvents } from './control/sync-event.js';
export { type ErrorCodeMeaning, errorCodes, type SyncErrorCode } from './errors/error-codes.js';
export { isSyncError, SyncError, type SyncErrorOptions } from './errors/sync-error.js';
export {
  type AtlasRecord,
  deafObserver,
  type EngineContext,
  type EngineObserver,
} from './engine/engine-context.js';
export { reconcile, type ReconcileHints, type ReconcileResult } from './reconcile/reconcile.js';
export { PushesUnderWay } from './push/pushes-under-way.js';
export { pushBatch, type PushBatchResult } from './push/push-batch.js';
export {
  fillQueue,
  pushOperations,
  pushTurn,
  type PushTurnOptions,
  type PushTurnResult,
  pushWaiting,
} from './push/push-turn.js';
export { PushWork } from './push/push-work.js';
export { IndexSweep, type PageStart } from './push/sweep.js';
export { type AnsweredBatch, BatchSize, type BatchSizeOptions } from './push/batch-size.js';
export { BATCH_BYTES } from './operations/batch-bytes.js';
export { allDeletions, type Deletions } from './diff/deletions.js';
export { diffCollection, type DiffOptions, type DiffResult } from './diff/diff-collection.js';
export {
  addCounts,
  type DiffCounts,
  type DiffPage,
  diffPage,
  type DiffPlace,
  type DiffRules,
  diffStart,
  countGone,
  setAside,
} from './diff/diff-page.js';
export { classify, type Classified } from './diff/classify.js';
export { type Candidate, findCandidates, type FoundPage, findPage } from './diff/find-page.js';
export { unsureKeys } from './diff/unsure-keys.js';
export { type Confirmed, confirmPage, type ConfirmedPage, type Moving } from './diff/confirm-page.js';
export { nameRefused } from './diff/name-refused.js';
export { repairConfirmed } from './diff/repair-confirmed.js';
export { type FirstWinner } from './diff/choose-first.js';
export { type ChosenSide } from './diff/choose-side.js';
export { pullBatch } from './pull/pull-batch.js';
export { type ChangeEvent } from './pull/change-event.js';
export { MarkWatch, type MarkWatchOptions } from './delete/mark-watch.js';
export { sweepMarks, type SweepMarksOptions } from './delete/sweep-marks.js';
export { SyncQueueManager } from './queue/sync-queue-manager.js';
export { type SyncOperation } from './queue/sync-operation.js';
export { PositionTracker } from './pull/position-tracker.js';
export { AbsenceWatch } from './pull/absence-watch.js';
export { backoffDelay } from './retry/backoff.js';
export { RetryBudget } from './retry/retry-budget.js';
export { defaultRetryPolicy, type RetryPolicy } from './retry/retry-policy.js';
export { Setbacks } from './retry/setbacks.js';
export { decideLastWriteWins } from './conflict/last-write-wins.js';
export { ConflictResolver, type ConflictResolverOptions } from './conflict/conflict-resolver.js';
export { type ConflictStrategies, type ConflictStrategy } from './conflict/conflict-strategy.js';
export { type Conflict, type ConflictStats, noConflicts } from './conflict/conflict.js';
export { atlasStands, type Resolution } from './conflict/resolution.js';
export { OriginTracker, type OriginTrackerOptions } from './origin/origin-tracker.js';
export { coalesce } from './queue/coalesce.js';
export { LinkedAbort } from './lifecycle/linked-abort.js';
export { canTransition, syncTransitions, transition } from './lifecycle/state-machine.js';
export { type EnqueueOutcome, type SyncQueueOptions } from './queue/sync-queue-manager.js';
export { type OperationType } from './queue/sync-operation.js';
export { discard, type Discarded, type DiscardOutcome } from './quarantine/discard.js';
export {
  type ConflictingVersion,
  type ConflictResolution,
  type LocalVersion,
} from './conflict/conflict-resolver.js';
export { strategyFor } from './conflict/conflict-strategy.js';
export { type RecentChange } from './origin/origin-tracker.js';
export { EchoWatch } from './pull/echo-watch.js';
