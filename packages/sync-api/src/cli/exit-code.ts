/** How a command ended, for scripts; the README lists them. */
export const exitCodes = {
  done: 0,
  /** The server said no, the run did not come to its end, or the person who was asked did not say yes. */
  refused: 1,
  /** The command line is wrong; the server was not asked. */
  usage: 2,
  /** Nothing answers, or what answers is not the API of bomba-sync. */
  unreachable: 3,
  /** The answer is a bad one: a dry run found differences, or the branch is unhealthy. */
  found: 4,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

/** One of them. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
