import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Tests run the TypeScript sources of every workspace package (nothing has to be built first), compiled to CommonJS
 * by swc. `uuid` ships as ES modules only, so it is compiled too.
 */
const shared = {
  testEnvironment: at('./scripts/jest/environment.cjs'),
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022', keepClassNames: true },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(\\.pnpm/uuid@[^/]+/node_modules/)?uuid/)'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@bomba/(sync-[^/]+)/([^/]+)$': at('./packages/$1/src/$2/index.ts'),
    '^@bomba/(sync-[^/]+)$': at('./packages/$1/src/index.ts'),
    '^@bomba/(bomba-[^/]+)$': at('./apps/$1/src/index.ts'),
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  setupFiles: [at('./scripts/jest/fast-check-setup.cjs')],
};

const project = (displayName) => ({
  ...shared,
  displayName,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
});

/**
 * The configuration of every package. `unit` needs no database and takes seconds (`jest --selectProjects unit`);
 * `integration` starts databases. Either may be empty, a package without any test fails.
 */
export default {
  projects: [project('unit'), project('integration')],
  testTimeout: Number(process.env.BOMBA_TEST_TIMEOUT_MS ?? 30_000),
  reporters: ['default', at('./scripts/jest/count-reporter.cjs')],
};
