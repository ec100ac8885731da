import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Application, type CapturedWorld, contentOf, openCapturedWorld } from './captured-world.js';
import { observe, textOf } from './observation.js';
import { billModel, readings, scenarios, seedBills } from './scenarios.js';

for (const topology of ['replicaSet', 'standalone'] as const) {
  describe(`an application on a ${topology}, with capture as without`, () => {
    let world: CapturedWorld;
    beforeAll(async () => {
      world = await openCapturedWorld(topology);
    });
    afterAll(() => world.stop());
    beforeEach(() => seedBills(world));

    it.each([...scenarios, ...readings])('$does', async (scenario) => {
      const { captured, plain } = world;
      const seenBy = ({ mongoose }: Application): Promise<string> =>
        observe(() => scenario.run(billModel(mongoose), mongoose));
      expect(await seenBy(captured)).toBe(await seenBy(plain));
      const contents = (await captured.stored('bills')).map(contentOf);
      expect(textOf(contents)).toBe(textOf(await plain.stored('bills')));
    });
  });
}
