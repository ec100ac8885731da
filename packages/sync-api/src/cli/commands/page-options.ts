import { type Command } from 'commander';

/** Gives a command the options of a list that comes in pages. */
export function withPageOptions(command: Command): Command {
  return command
    .option('--collection <name>', 'of this collection only')
    .option('--limit <count>', 'records of a page, at most 1000 (default: 100)')
    .option('--after <next>', 'the page behind this place, which the page before named')
    .option('--all', 'all pages; with --json one answer a line');
}
