import type { AppContext } from "../app-env.ts";
import type { AdminRoute } from "./admin-route.ts";

export interface MetricsSource {
  readonly render: () => Promise<{ readonly type: string; readonly text: string }>;
  /** Whoever reaches the server may read them. */
  readonly isOpen: boolean;
}

/** `GET /metrics`: for Prometheus. */
export function metricsRoutes({ metrics }: { readonly metrics?: MetricsSource }): readonly AdminRoute[] {
  if (!metrics) return [];
  const handle = async (context: AppContext): Promise<Response> => {
    const { type, text } = await metrics.render();
    return context.body(text, 200, { "Content-Type": type });
  };
  const description = { summary: "For Prometheus.", types: ["text/plain"] };
  return [
    { method: "get", path: "/metrics", role: metrics.isOpen ? "anyone" : "viewer", description, handle },
  ];
}
