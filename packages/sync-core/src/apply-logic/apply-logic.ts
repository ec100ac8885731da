/**
 * Which states from Atlas run the business logic of their model on this branch. `foreign`: those that no instance of
 * bomba-sync wrote, the others are only validated; `always`: all but the output of logic elsewhere; `never`: none.
 *
 * @public
 */
export type ApplyLogic = 'foreign' | 'always' | 'never';
