export { type ChaosOptions, type HistoryReport, runChaos } from './run-chaos.js';
export { checkHistory } from './checker/check-history.js';
export { type UnansweredPush, unansweredPushes } from './checker/unanswered-pushes.js';
export { checkRules } from './rules/check-rules.js';
export {
  type OrderWrite,
  type QuarantinedState,
  type RuledEnd,
  type RuledHistory,
  type StoredOrder,
} from './rules/ruled-history.js';
export { planHistory } from './plan/plan-history.js';
export {
  ATLAS,
  type ChaosViolation,
  type Content,
  type FinalState,
  type KeptState,
  type LoggedWrite,
  type RecordedHistory,
  type Sighting,
  type Silence,
  type VersionSighting,
} from './checker/recorded-history.js';
