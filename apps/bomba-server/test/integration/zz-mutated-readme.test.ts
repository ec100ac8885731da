import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Authorize } from '@bomba/sync-api';
import { type Sync } from '@bomba/sync-mongo';
import { type Databases, startDatabases, waitFor } from '@bomba/sync-testkit';
import { transformSync } from '@swc/core';
import express from 'express';
import { MongoClient } from 'mongodb';
import { Mongoose } from 'mongoose';
import ts from 'typescript';
import { listen } from '../../src/http-server.js';

const root = join(__dirname, '../../../..');

/** The first TypeScript block of a page. */
function exampleIn(page: string): string {
  const [, example] = /```ts\n(.*?)```/s.exec(readFileSync(join('/tmp/mut', page), 'utf8')) ?? [];
  if (example === undefined) throw new Error(`${page} shows no TypeScript`);
  return example;
}

type Run = (...values: readonly unknown[]) => Promise<Record<string, unknown>>;
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
  ...names: readonly string[]
) => Run;

/** Runs an example as it stands, among the names that it takes for given, and gives back what it named. */
async function run(
  example: string,
  { given, named }: { readonly given: Record<string, unknown>; readonly named: readonly string[] },
): Promise<Record<string, unknown>> {
  const { code } = transformSync(example, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const scope = { require, exports: {}, ...given };
  const body = `${code}\nreturn { ${named.join(', ')} };`;
  return new AsyncFunction(...Object.keys(scope), body)(...Object.values(scope));
}

/** What the compiler has against an example, beside declarations of what it takes for given. */
function complaintsAbout(example: string, given: string): readonly string[] {
  const file = join(__dirname, 'example-of-a-readme.ts');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const sources = { '@bomba/*': ['packages/*/src/index.ts'].map((path) => join(root, path)) };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, composite: false, noEmit: true, paths: sources },
    root,
  );
  const disk = ts.createCompilerHost(options);
  const text = `${example}\ndeclare global {\n${given}\n}\n`;
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => path === file || disk.fileExists(path),
    readFile: (path) => (path === file ? text : disk.readFile(path)),
    getSourceFile: (path, version) =>
      path === file ? ts.createSourceFile(path, text, version) : disk.getSourceFile(path, version),
  };
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

const pages = {
  'README.md': `
    const mongoose: import('mongoose').Mongoose;
    const app: import('express').Express;
    const authorize: import('@bomba/sync-api').Authorize;
    namespace NodeJS { interface ProcessEnv { LOCAL_MONGODB_URI: string } }`,
  'packages/sync-core/README.md': '',
  'packages/sync-mongo/README.md': 'const localUri: string; const atlasUri: string;',
};

describe('the example of', () => {
  let databases: Databases;
  const opened: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    databases = await startDatabases({ branches: 2 });
  });
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close();
  });
  afterAll(() => databases.stop());

  const connectAtlas = async (): Promise<MongoClient> => {
    const atlas = await MongoClient.connect(databases.atlas.uri);
    opened.push(() => atlas.close());
    return atlas;
  };

  it.each(Object.entries(pages))(
    '%s compiles',
    (page, given) => {
      expect(complaintsAbout(exampleIn(page), given)).toEqual([]);
    },
    120_000,
  );

  it('README.md makes a server sync both ways, and asks it who may look', async () => {
    const mongoose = new Mongoose();
    const Product = mongoose.model('Product', new mongoose.Schema({ name: String }));
    const app = express();
    const asked: string[] = [];
    const authorize: Authorize = (_request, scope) => asked.push(scope) > 0;
    const uris = { LOCAL_MONGODB_URI: databases.branches[0]?.uri, ATLAS_MONGODB_URI: databases.atlas.uri };
    opened.push(() => mongoose.disconnect());
    const given = { mongoose, app, authorize, process: { env: uris } };
    const { sync } = await run(exampleIn('README.md'), { given, named: ['sync'] });
    opened.push(() => (sync as Sync).stop());

    const { name } = await Product.create({ name: 'قهوة تركي' });
    const onAtlas = (await connectAtlas()).db().collection('products');
    await waitFor(() => onAtlas.findOne({ name }), { what: 'the product to reach Atlas' });
    await onAtlas.insertOne({ name: 'كركديه' });
    await waitFor(() => Product.exists({ name: 'كركديه' }), { what: 'the product to reach Local' });

    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    opened.push(() => server.close());
    expect((await fetch(`${server.url}/api/sync/health`)).status).toBe(200);
    expect(asked).toEqual(['read']);
  });

  it('sync-core rebases the later of two writes and keeps the other', async () => {
    const { answer, theirs } = await run(exampleIn('packages/sync-core/README.md'), {
      given: { randomBytes },
      named: ['answer', 'theirs'],
    });
    expect(answer).toEqual({ do: 'rebase', onto: theirs, keepLoser: true });
  });

  it('sync-mongo brings a bill to Atlas', async () => {
    const given = { localUri: databases.branches[1]?.uri, atlasUri: databases.atlas.uri };
    const { outcome, mongoose } = await run(exampleIn('packages/sync-mongo/README.md'), {
      given,
      named: ['outcome', 'mongoose'],
    });
    opened.push(() => (mongoose as Mongoose).disconnect());
    expect(outcome).toBe('applied');
    expect(await (await connectAtlas()).db().collection('bills').countDocuments({ number: 'A-1' })).toBe(1);
  });
});
