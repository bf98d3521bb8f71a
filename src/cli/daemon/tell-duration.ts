/** A length of time for a person, in its two largest units: `4.2 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function tellDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const units: readonly (readonly [name: string, seconds: number])[] = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ];
  const first = units.findIndex(([, size]) => whole >= size);
  const [large = ["s", 1], small = ["s", 1]] = units.slice(first, first + 2);
  const rest = Math.floor((whole % large[1]) / small[1]);
  const head = `${Math.floor(whole / large[1])} ${large[0]}`;
  return rest > 0 ? `${head} ${rest} ${small[0]}` : head;
}
