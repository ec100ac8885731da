import { type ContractRunner, type ContractSubject, declareContract } from './contract-case.js';
import { acknowledgeCases } from './local/acknowledge-cases.js';
import { amendCases } from './local/amend-cases.js';
import { type LocalSideFixture } from './local/local-side-fixture.js';
import { recordCases } from './local/record-cases.js';
import { repeatCases } from './local/repeat-cases.js';
import { scanCases } from './local/scan-cases.js';
import { sentCases } from './local/sent-cases.js';
import { stateCases } from './local/state-cases.js';
import { tombstoneCases } from './local/tombstone-cases.js';

/** Declares the tests that hold an adapter of Local to the meaning of each operation. */
export function localSideContract(subject: ContractSubject<LocalSideFixture>, runner: ContractRunner): void {
  const parts = {
    scans: scanCases,
    'versions sent': sentCases,
    acknowledgements: acknowledgeCases,
    amendments: amendCases,
    states: stateCases,
    deletions: tombstoneCases,
    records: recordCases,
    repetition: repeatCases,
  };
  declareContract(subject, parts, runner);
}
