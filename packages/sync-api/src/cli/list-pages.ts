import { type RecordPage } from '../routes/record-page.js';
import { type Style } from './printing/table.js';
import { type Session } from './session.js';

/** Which part of a list is wanted. */
export interface PageOptions {
  readonly collection?: string;
  /** Records of a page; the server's default is 100. */
  readonly limit?: string;
  /** The `next` of another page. */
  readonly after?: string;
  readonly all?: boolean;
}

/** Prints one page of a list, or with `all` each page from there on. What the records are, `toLines` knows. */
export async function listPages(
  session: Session,
  path: string,
  { all = false, ...options }: PageOptions,
  toLines: (items: readonly never[], style: Style) => readonly string[],
): Promise<void> {
  let after = options.after;
  do {
    const query = new URLSearchParams(
      Object.entries({ ...options, after }).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    const page = await session.api.get<RecordPage<never>>(`${path}?${query.toString()}`);
    session.answer(page, ({ items }, style) => toLines(items, style));
    after = page.value.next ?? undefined;
  } while (all && after !== undefined);
  if (after !== undefined) session.note(`There are more: --all, or --after ${after}`);
}
