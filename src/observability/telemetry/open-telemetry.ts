import type { Logger } from "../../core/ports/logger.ts";
import { asksForGrpc, readOtlpSettings } from "./read-otlp-settings.ts";
import type { Telemetry } from "./telemetry.ts";

/** Sends traces and metrics where the usual OTEL_ variables say; loads nothing for it, and returns undefined, where they say nowhere. */
export async function openTelemetry(
  environment: Readonly<Record<string, string | undefined>>,
  { version, logger }: { readonly version: string; readonly logger: Logger },
): Promise<Telemetry | undefined> {
  const settings = readOtlpSettings(environment);
  if (!settings) return undefined;
  if (asksForGrpc(environment)) {
    const reason =
      "Turnpike speaks OTLP over HTTP only. Name the collector's HTTP receiver, mostly port 4318.";
    logger.error("telemetry.no-grpc", { reason });
  }
  const { Telemetry: Loaded } = await import("./telemetry.ts");
  const { tracesUrl, metricsUrl } = settings;
  logger.info("telemetry.on", { traces: tracesUrl !== undefined, metrics: metricsUrl !== undefined });
  return new Loaded(settings, { version, logger });
}
