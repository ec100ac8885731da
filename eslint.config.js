import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { fileName } from './scripts/eslint/file-name.js';

const root = import.meta.dirname;
const workspaces = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(`${root}/${folder}`).map((name) => `${folder}/${name}`),
);

const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'];
const nodeGlobals = ['console', 'process', 'performance', 'URL', 'Buffer', ...timers];

const noEnum = { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' };
const noExportAll = { selector: 'ExportAllDeclaration', message: 'Name what you export.' };

const takePorts = 'Packages take time, randomness, output and environment through the ports of sync-core.';
const ambientProperties = [
  { object: 'Date', property: 'now', message: takePorts },
  { object: 'Math', property: 'random', message: takePorts },
  { object: 'AbortSignal', property: 'timeout', message: takePorts },
];
const ambientSyntax = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: takePorts },
  { selector: 'CallExpression[callee.name="Date"]', message: takePorts },
];
const ambientGlobals = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'process',
  'console',
  'performance',
  'crypto',
];
const ambientModules = {
  regex: '^(node:)?(process|console|crypto|perf_hooks|timers|timers/promises)$',
  message: takePorts,
};

const core = { regex: '^(?!\\.{1,2}/|uuid$)', message: 'Core imports nothing but uuid and its own files.' };
const database = {
  regex: '^(mongodb|mongoose|bson)(/|$)',
  message: 'Only sync-mongo speaks to the database.',
};
const web = { regex: '^express(/|$)', message: 'Only sync-api and the apps speak HTTP.' };
const siblings = {
  regex: '^@bomba/(?!sync-core(/|$))',
  message: 'Siblings never import each other: go through the ports of sync-core.',
};
const layers = {
  'sync-core': [core],
  'sync-mongo': [web, siblings],
  'sync-monitor': [database, web, siblings],
  'sync-api': [database, siblings],
  'sync-testkit': [web, siblings],
};
const onlyImports = (patterns) => ({ '@typescript-eslint/no-restricted-imports': ['error', { patterns }] });

export default defineConfig(
  { ignores: ['**/dist/**', '**/coverage/**', '**/node_modules/**', '**/.turbo/**'] },
  {
    linterOptions: { noInlineConfig: true },
    plugins: { bomba: { rules: { 'file-name': fileName } } },
    rules: { 'bomba/file-name': 'error' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    ...js.configs.recommended,
    languageOptions: {
      globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])),
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly', module: 'writable' } },
  },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  ...workspaces.map((workspace) => ({
    files: [`${workspace}/**/*.ts`],
    languageOptions: { parserOptions: { project: `${workspace}/tsconfig.test.json`, tsconfigRootDir: root } },
  })),
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/resolver-next': [createTypeScriptImportResolver()],
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'max-params': ['error', 4],
      'no-restricted-syntax': ['error', noEnum, noExportAll],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/require-await': 'off',
      // Mongoose and winston type the plain objects that they take as instances of classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['**/src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true, 'ts-check': false },
      ],
    },
  },
  ...Object.entries(layers).map(([name, layer]) => ({
    files: [`packages/${name}/src/**/*.ts`],
    rules: onlyImports(layer),
  })),
  ...Object.entries(layers)
    .filter(([name]) => name !== 'sync-testkit')
    .map(([name, layer]) => ({
      files: [`packages/${name}/src/**/*.ts`],
      ignores: ['packages/*/src/system/**'],
      rules: {
        ...onlyImports([...layer, ambientModules]),
        'no-restricted-properties': ['error', ...ambientProperties],
        'no-restricted-syntax': ['error', noEnum, noExportAll, ...ambientSyntax],
        'no-restricted-globals': [
          'error',
          { globals: ambientGlobals.map((name) => ({ name, message: takePorts })), checkGlobalObject: true },
        ],
      },
    })),
  {
    files: ['**/test/**/*.ts', '**/bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
