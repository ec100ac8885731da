// Plants violations of eslint.config.js in the text of existing files (nothing is written): the rule meant must report
// each of them, and no rule the allowed counterparts. A rule that no longer bites is found here.
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { root } from '../workspace/root.mjs';

const repeat = (count, line) => Array.from({ length: count }, (_, index) => line(index)).join('\n');
const evaluating = (expressions) =>
  repeat(expressions.length, (index) => `export const e${index} = ${expressions[index]};`);
const importing = (modules) =>
  repeat(modules.length, (index) => `export { planted as m${index} } from '${modules[index]}';`);

const ambient = {
  'no-restricted-properties': ['Date.now()', 'Math.random()', 'AbortSignal.timeout(3)'],
  'no-restricted-syntax': ['new Date()', 'Date()'],
  'no-restricted-globals': [
    ...['setTimeout', 'setInterval', 'setImmediate', 'process', 'console', 'performance', 'crypto'],
    'globalThis.setTimeout',
  ],
};
const forbiddenImports = {
  'sync-core': ['mongodb', 'express', 'node:fs', 'uuid/other', '@bomba/sync-mongo'],
  'sync-mongo': ['express', '@bomba/sync-api', 'node:crypto', 'timers/promises'],
  'sync-monitor': ['mongodb', 'mongoose', 'bson', 'express', '@bomba/sync-api', 'process'],
  'sync-api': ['mongoose', '@bomba/sync-mongo', '@bomba/sync-monitor', 'node:timers'],
  'sync-testkit': ['express', '@bomba/sync-mongo', '@bomba/bomba-server'],
};
const forbiddenEverywhere = {
  'import-x/no-default-export': 'export default 1;',
  'no-restricted-syntax': "export * from './index.js';",
  'max-params': 'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1): number => a + b + c + d + e;',
  'max-lines': repeat(251, (index) => `export const a${index} = ${index};`),
  'max-lines-per-function': `export const f = (): void => {\n${repeat(60, () => '  f();')}\n};`,
  '@typescript-eslint/no-explicit-any':
    '// eslint-disable-next-line\nexport const f = (x: any): string => String(x);',
  '@typescript-eslint/no-non-null-assertion': 'export const f = (x: string | null): number => x!.length;',
  '@typescript-eslint/no-floating-promises': 'export const f = (): void => {\n  Promise.resolve(1);\n};',
  '@typescript-eslint/ban-ts-comment':
    '// @ts-expect-error because it is wrong here\nexport const a: string = 1;',
  '@typescript-eslint/consistent-type-imports':
    "import { Stamp } from 'x';\nexport const f = (stamp: Stamp): Stamp => stamp;",
  '@typescript-eslint/switch-exhaustiveness-check':
    "export const f = (x: 'a' | 'b'): void => {\n  switch (x) {\n    case 'a':\n      f('b');\n  }\n};",
};

const imports = '@typescript-eslint/no-restricted-imports';
const src = (name, path = 'index.ts') => `packages/${name}/src/${path}`;
const violations = [
  ...Object.entries(forbiddenImports).map(([name, modules]) => [
    src(name),
    imports,
    importing(modules),
    modules.length,
  ]),
  ...['sync-core', 'sync-mongo', 'sync-monitor', 'sync-api'].flatMap((name) =>
    Object.entries(ambient).map(([rule, expressions]) => [
      src(name),
      rule,
      evaluating(expressions),
      expressions.length,
    ]),
  ),
  [src('sync-mongo', 'system/system-clock.ts'), imports, importing(['express']), 1],
  ...Object.entries(forbiddenEverywhere).map(([rule, code]) => [src('sync-core'), rule, code, 1]),
  [src('sync-core'), 'no-restricted-syntax', 'export enum Planted {\n  One,\n}', 1],
  [
    src('sync-core', 'protocol/decide.ts'),
    'import-x/no-cycle',
    "import { stampFor } from '../index.js';\nstampFor;",
    1,
  ],
  ...[
    'packages/sync-core/src/a/utils.js',
    'packages/sync-core/src/helpers/a.js',
    'scripts/CamelCase.mjs',
  ].map((file) => [file, 'bomba/file-name', '', 1]),
  ['scripts/test.mjs', 'no-undef', 'notDefined();', 1],
];

const allowed = [
  [
    src('sync-core'),
    `${importing(['uuid', './protocol/decide.js', '../src/index.js'])}\nexport const day = new Date(0);`,
  ],
  [src('sync-mongo'), importing(['mongodb', 'mongoose', '@bomba/sync-core', 'node:events'])],
  [src('sync-api'), importing(['express', '@bomba/sync-core', '@bomba/sync-core/memory'])],
  ...[src('sync-monitor', 'system/system-clock.ts'), src('sync-testkit')].map((file) => [
    file,
    `${importing(['node:crypto'])}\n${evaluating(Object.values(ambient).flat())}`,
  ]),
];

// Otherwise, where CI is set, the parser reads each file once, from disk, and never the text planted here.
process.env.TSESTREE_SINGLE_RUN = 'false';

let wanted = /./;
const eslint = new ESLint({ cwd: root, ruleFilter: ({ ruleId }) => wanted.test(ruleId) });

async function reportsOf(file, code, rules) {
  wanted = rules;
  const [result] = await eslint.lintText(`${code}\n`, { filePath: join(root, file) });
  return result.messages.map(({ ruleId, message }) => ruleId ?? message);
}

const faults = [];
for (const [file, rule, code, count] of violations) {
  const reports = await reportsOf(file, code, new RegExp(`^${rule}$`));
  const found = reports.filter((report) => report === rule).length;
  if (found !== count)
    faults.push(`${rule} reports ${found} of ${count} violations planted in ${file}: ${reports}`);
}
for (const [file, code] of allowed) {
  const reports = await reportsOf(file, code, /restricted|file-name|no-cycle/);
  if (reports.length > 0) faults.push(`${reports} in ${file}, where all is allowed`);
}
faults.forEach((fault) => console.error(fault));
console.log(
  `${violations.length} violations and ${allowed.length} permissions planted, ${faults.length} went wrong.`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
