// Appends counts to the file that BOMBA_TEST_COUNTS names, for scripts/test.mjs to add up.
const { appendFileSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const EXIT_WITHIN_MS = 30_000;

module.exports = class CountReporter {
  constructor(globalConfig) {
    this.file = process.env.BOMBA_TEST_COUNTS;
    this.name = JSON.parse(readFileSync(join(globalConfig.rootDir, 'package.json'), 'utf8')).name;
  }

  onRunComplete(_contexts, results) {
    if (!this.file) return;
    this.append({
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      durationMs: Date.now() - results.startTime,
    });
    setTimeout(() => this.endHung(), EXIT_WITHIN_MS).unref();
  }

  append(counts) {
    appendFileSync(this.file, `${JSON.stringify({ name: this.name, ...counts })}\n`);
  }

  // A server, client or timer that a test left open keeps Jest alive for ever: a fault, and the other packages wait.
  endHung() {
    console.error(
      `${this.name}: still running ${EXIT_WITHIN_MS} ms after the last test: a test left something open.`,
    );
    this.append({ passed: 0, failed: 1, skipped: 0, durationMs: 0 });
    process.exit(1);
  }
};
