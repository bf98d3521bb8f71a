import UPlot, { type Options, type Series } from "uplot";

export type ChartColor = "sign" | "red" | "blue" | "yellow" | "violet" | "gray" | "teal" | "orange";

export interface ChartSeries {
  readonly label: string;
  readonly color: ChartColor;
  /** Null: nothing is known. */
  readonly values: readonly (number | null)[];
}

interface Asked {
  readonly series: readonly ChartSeries[];
  readonly kind: "bars" | "lines";
  readonly format: (value: number) => string;
  readonly width: number;
  readonly height: number;
  readonly isDark: boolean;
  /** Told which point the pointer is at. */
  readonly onPoint: (index: number | null) => void;
}

const MOST_BAR_PX = 42;

export function colorOf(color: ChartColor): string {
  return `var(--mantine-color-${color}-${color === "sign" ? 6 : 5})`;
}

/** Each series on top of those before it. */
export function stackUp(series: readonly ChartSeries[]): (number | null)[][] {
  const length = series[0]?.values.length ?? 0;
  const heights: number[] = Array.from({ length }, () => 0);
  const stacked = series.map(({ values }) =>
    values.map((value, index) => (heights[index] = (heights[index] ?? 0) + (value ?? 0))),
  );
  // The highest is drawn first, and the others over it.
  return stacked.toReversed();
}

export function chartOptions({ series, kind, format, width, height, isDark, onPoint }: Asked): Options {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const paint = (color: ChartColor) => read(`--mantine-color-${color}-${color === "sign" ? 6 : 5}`);
  const faint = read("--mantine-color-dimmed");
  const line = read("--tp-line");
  const font = `11px ${read("--mantine-font-family")}`;
  const drawn = kind === "bars" ? series.toReversed() : series;
  const bars = UPlot.paths.bars?.({ size: [0.72, MOST_BAR_PX], radius: 0.15 });
  const curves = UPlot.paths.spline?.();
  return {
    width,
    height,
    // Room for half of the last time below.
    padding: [8, 28, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: kind === "lines", size: 7 } },
    scales: {
      x: { time: true, ...(kind === "bars" && { range: withRoomForBars }) },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] },
    },
    axes: [
      {
        stroke: faint,
        font,
        grid: { show: false },
        ticks: { show: false },
        space: 64,
        size: 26,
        values: timeLabels,
      },
      {
        stroke: faint,
        font,
        size: 56,
        space: 34,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        values: (_, values) => values.map((value) => format(value)),
      },
    ],
    series: [
      {},
      ...drawn.map(({ label, color }): Series => {
        const own: Series = {
          label,
          stroke: paint(color),
          points: { show: kind === "lines", size: 5, fill: paint(color) },
        };
        if (kind === "bars") return { ...own, width: 0, fill: paint(color), ...(bars && { paths: bars }) };
        return {
          ...own,
          width: 2,
          spanGaps: true,
          fill: `${paint(color)}${isDark ? "22" : "1a"}`,
          ...(curves && { paths: curves }),
        };
      }),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}

/** Half a bar stands beside the first and the last point. */
function withRoomForBars({ data: [times] }: UPlot, first: number, last: number): [number, number] {
  const half = ((times[1] ?? 0) - (times[0] ?? 0)) / 2;
  return [first - half, last + half];
}

const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const DAY_SECONDS = 86_400;

/** In the reader's zone and language. */
function timeLabels(_: UPlot, splits: number[]): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  return splits.map((at) => (step >= DAY_SECONDS / 2 ? day : hour).format(at * 1_000));
}
