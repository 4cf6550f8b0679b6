/** A round top for an axis that begins at zero, and three or four marks below it. */
export function scale(most: number): { max: number; ticks: number[] } {
  const step = niceStep(Math.max(most, 1) / 4);
  const max = Math.max(step, Math.ceil(Math.max(most, 1) / step) * step);
  return { max, ticks: Array.from({ length: Math.round(max / step) + 1 }, (_, at) => at * step) };
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  const step = [1, 2, 5, 10].find((one) => one * power >= least) ?? 10;
  return Math.max(1, step * power);
}
