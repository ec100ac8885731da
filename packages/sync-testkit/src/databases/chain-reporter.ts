/** Hears how the chain of providers gets on. */
export interface ChainReporter {
  /** Something that takes a while has begun. */
  busy(line: string): void;
  /** A provider is not used, and why. */
  notUsed(line: string): void;
  /** The servers run, and where they come from. */
  using(line: string): void;
}

/** Tells everything as it happens. */
export function tellEverything(print: (line: string) => void): ChainReporter {
  const tell = (line: string): void => print(`databases: ${line}`);
  return { busy: tell, notUsed: (line) => tell(`not used, ${line}`), using: (line) => tell(`using ${line}`) };
}

/** Tells it in one line at the end, for where nobody asked; what takes long is told at once. */
export function tellInOneLine(print: (line: string) => void): ChainReporter {
  const notUsed: string[] = [];
  return {
    busy: (line) => print(`databases: ${line}`),
    notUsed: (line) => notUsed.push(line),
    using: (line) => {
      const others = notUsed.length > 0 ? ` (not used: ${notUsed.join('; ')})` : '';
      print(`databases: using ${line}${others}`);
    },
  };
}
