import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BSON } from 'mongodb';
import { type Application, type CapturedWorld, contentOf, openCapturedWorld } from './captured-world.js';
import { billModel, readings, type Scenario, scenarios, seeds } from './scenarios.js';

/** What is of one run only. */
const VOLATILE = new Set(['$clusterTime', 'operationTime', 'electionId', 'opTime', 'stack', 'errorResponse']);

/** What the application sees of a call: its result or its error, order of fields included. */
async function observe({ mongoose }: Application, scenario: Scenario): Promise<string> {
  try {
    return textOf({ result: await scenario.run(billModel(mongoose), mongoose) });
  } catch (error) {
    const { name, code, message, writeErrors, result, keyPattern } = error as Record<string, unknown>;
    return textOf({ name, code, message, writeErrors, result, keyPattern });
  }
}

function textOf(value: unknown): string {
  return BSON.EJSON.stringify(normalized(value), { relaxed: false });
}

function normalized(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(/with(out)?_capture/g, 'database');
  if (Array.isArray(value)) return value.map(normalized);
  if (typeof value !== 'object' || value === null || '_bsontype' in value || value instanceof Date)
    return value;
  const plain: object = 'toObject' in value ? (value.toObject as () => object)() : value;
  return Object.fromEntries(
    Object.entries(plain)
      .filter(([name]) => !VOLATILE.has(name))
      .map(([name, field]) => [name, normalized(field)]),
  );
}

for (const topology of ['replicaSet', 'standalone'] as const) {
  describe(`an application on a ${topology}, with capture as without`, () => {
    let world: CapturedWorld;
    beforeAll(async () => {
      world = await openCapturedWorld(topology);
    });
    afterAll(() => world.stop());
    beforeEach(async () => {
      for (const application of [world.captured, world.plain]) {
        await application.empty();
        await billModel(application.mongoose).collection.insertMany(seeds());
      }
    });

    it.each([...scenarios, ...readings])('$does', async (scenario) => {
      const { captured, plain } = world;
      expect(await observe(captured, scenario)).toBe(await observe(plain, scenario));
      const contents = (await captured.stored('bills')).map(contentOf);
      expect(textOf(contents)).toBe(textOf(await plain.stored('bills')));
    });
  });
}
