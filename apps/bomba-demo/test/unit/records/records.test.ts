import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cafeRecords } from '../../../src/records/cafe-records.js';
import { readPublicRecords } from '../../../src/records/public-records.js';

const directory = join(process.cwd(), 'node_modules', 'vega-datasets', 'data');

describe('the records of the demo', () => {
  it('are thousands of movies, cars and weather days that nobody here invented', async () => {
    const sets = await readPublicRecords(directory);
    expect(sets.map(({ collection, records }) => [collection, records.length])).toEqual([
      ['movies', 3201],
      ['cars', 406],
      ['weather', 2922],
    ]);
    expect(sets[2]?.records[0]).toMatchObject({ location: 'Seattle', temp_max: 12.8 });
    expect(dirname(directory).endsWith('vega-datasets')).toBe(true);
  });

  it('have products with Arabic names', () => {
    const names = cafeRecords()
      .filter(({ resource }) => resource === 'products')
      .map(({ body }) => body['name']);
    expect(names).toContain('قهوة تركي');
  });
});
