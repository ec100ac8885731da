import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runDemo } from './run-demo.js';

const require = createRequire(import.meta.url);

/** `npm start`: the product on this machine. */
void runDemo(process, {
  serverMain: join(dirname(require.resolve('@bomba/bomba-server/package.json')), 'dist', 'main.js'),
  recordsDirectory: join(dirname(dirname(require.resolve('vega-datasets'))), 'data'),
});
