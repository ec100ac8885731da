import { type AtlasSideFixture } from './atlas/atlas-side-fixture.js';
import { deleteCases } from './atlas/delete-cases.js';
import { pushCases } from './atlas/push-cases.js';
import { readCases } from './atlas/read-cases.js';
import { sealCases } from './atlas/seal-cases.js';
import { type ContractRunner, type ContractSubject, declareContract } from './contract-case.js';

/** Declares the tests that hold an adapter of Atlas to the meaning of each operation. */
export function atlasSideContract(subject: ContractSubject<AtlasSideFixture>, runner: ContractRunner): void {
  const parts = {
    reads: readCases,
    versions: pushCases,
    deletions: deleteCases,
    'foreign states': sealCases,
  };
  declareContract(subject, parts, runner);
}
