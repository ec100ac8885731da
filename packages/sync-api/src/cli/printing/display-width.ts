/** Marks above and below letters, joiners, isolates. */
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/gu;
const DOUBLE_WIDTH =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff01-\uff60]/gu;

/** How many columns of a terminal a text takes: near enough to align a table. */
export function displayWidth(text: string): number {
  const seen = text.replace(NO_WIDTH, '');
  return Array.from(seen).length + (seen.match(DOUBLE_WIDTH)?.length ?? 0);
}
