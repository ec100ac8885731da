// Runs the histories asked for, on the built packages; answers each request with the laws they broke.
import { parentPort } from 'node:worker_threads';
import { simulate } from '../../packages/sync-testkit/dist/simulator/simulate.js';

function brokenBy(seed) {
  try {
    simulate({ seed });
    return [];
  } catch (error) {
    return [{ seed, message: error.name === 'Violation' ? error.message : String(error.stack) }];
  }
}

parentPort.on('message', ({ first, count }) => {
  const broken = Array.from({ length: count }, (_, i) => first + i).flatMap(brokenBy);
  parentPort.postMessage(broken);
});
