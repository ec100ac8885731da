import { Option } from 'commander';

/** One of the two directions. */
export function directionOption(description: string): Option {
  return new Option('--direction <direction>', description).choices(['local-to-atlas', 'atlas-to-local']);
}

/** Names of collections, with commas between them. */
export function collectionsOption(): Option {
  return new Option('--collections <a,b>', 'these collections only, with commas between them').argParser(
    (text) => text.split(','),
  );
}
