/** One call to be timed. */
export type Call = () => Promise<unknown>;

/**
 * Times the calls of several contestants, one of each in turn, in a rotating order: whatever else the machine does
 * meets all of them alike. Answers each one's times in microseconds.
 */
export async function interleave<Way extends string>(
  calls: ReadonlyMap<Way, readonly Call[]>,
): Promise<ReadonlyMap<Way, readonly number[]>> {
  const ways = [...calls.keys()];
  const times = new Map<Way, number[]>(ways.map((way) => [way, []]));
  const rounds = Math.min(...[...calls.values()].map(({ length }) => length));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const way = ways[(round + turn) % ways.length];
      const call = way && calls.get(way)?.[round];
      if (call) times.get(way)?.push(await timeOf(call));
    }
  }
  return times;
}

async function timeOf(call: Call): Promise<number> {
  const startedMs = performance.now();
  await call();
  return (performance.now() - startedMs) * 1000;
}
