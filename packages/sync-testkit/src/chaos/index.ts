export { type ChaosOptions, type HistoryReport, runChaos } from './run-chaos.js';
export { checkHistory } from './checker/check-history.js';
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
} from './checker/recorded-history.js';
