import "uplot/dist/uPlot.min.css";

import { Box, useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import UPlot from "uplot";

import classes from "./chart.module.css";
import { chartOptions, type ChartSeries, colorOf, stackUp } from "./chart-options.ts";
import { formatMoment } from "./time-text.tsx";

export type { ChartSeries } from "./chart-options.ts";

interface Props {
  /** What it shows, for screen readers. */
  readonly label: string;
  /** Milliseconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly kind: "bars" | "lines";
  /** How values are written. */
  readonly format: (value: number) => string;
  readonly height?: number;
  /** How the time of a point is written; default: as short as it may be. */
  readonly formatTime?: (at: number) => string;
}

/** Values over time. Bars of several series are stacked. */
export function Chart({
  label,
  times,
  series,
  kind,
  format,
  height = 190,
  formatTime = formatMoment,
}: Props) {
  const host = useRef<HTMLDivElement>(null);
  const [index, setIndex] = useState<number | null>(null);
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const plot = new UPlot(
      chartOptions({
        series,
        kind,
        format,
        height,
        isDark: scheme === "dark",
        width: element.clientWidth,
        onPoint: setIndex,
      }),
      [
        times.map((at) => at / 1_000),
        ...(kind === "bars" ? stackUp(series) : series.map(({ values }) => [...values])),
      ],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      setIndex(null);
    };
  }, [times, series, kind, format, height, scheme]);
  const at = index === null ? undefined : times[index];
  return (
    <Box>
      <div className={classes["legend"]} aria-hidden="true">
        {series.map(({ label: name, color, values }) => {
          const value = index === null ? undefined : values[index];
          return (
            <span key={name}>
              <span className={classes["swatch"]} style={{ background: colorOf(color) }} />
              {name}
              {value !== undefined && (
                <span className={classes["value"]}>{value === null ? "–" : format(value)}</span>
              )}
            </span>
          );
        })}
        {at !== undefined && <span className={classes["when"]}>{formatTime(at)}</span>}
      </div>
      <div
        ref={host}
        className={classes["plot"]}
        style={{ height }}
        role="img"
        aria-label={`${label}. ${describe(times, series, format)}`}
      />
    </Box>
  );
}

/** What somebody learns at a glance. */
function describe(
  times: readonly number[],
  series: readonly ChartSeries[],
  format: (value: number) => string,
): string {
  return series
    .map(({ label, values }) => {
      const known = values.flatMap((value, index) =>
        value === null ? [] : [{ value, at: times[index] ?? 0 }],
      );
      const top = known.reduce<{ value: number; at: number } | undefined>(
        (most, each) => (most && most.value >= each.value ? most : each),
        undefined,
      );
      return top
        ? `${label}: at most ${format(top.value)}, at ${formatMoment(top.at)}.`
        : `${label}: nothing.`;
    })
    .join(" ");
}
