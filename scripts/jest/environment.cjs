// Jest loads every module anew for each test file, in one process. On Node 20 an AsyncLocalStorage that has ever been
// used slows every promise of the process until it is disabled, so those of a file end with it: after its last hook.
const asyncHooks = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

const { AsyncLocalStorage } = asyncHooks;

module.exports = class Environment extends TestEnvironment {
  async setup() {
    await super.setup();
    const ofThisFile = (this.storages = []);
    asyncHooks.AsyncLocalStorage = class extends AsyncLocalStorage {
      constructor(...options) {
        super(...options);
        ofThisFile.push(this);
      }
    };
  }

  async teardown() {
    asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
    for (const storage of this.storages) storage.disable();
    await super.teardown();
  }
};
