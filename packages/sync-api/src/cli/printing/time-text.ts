/** A time in UTC, to the second; `-` where there is none. */
export function timeText(ms: number | null | undefined): string {
  const time = new Date(ms ?? NaN);
  return Number.isNaN(time.getTime()) ? '-' : `${time.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
