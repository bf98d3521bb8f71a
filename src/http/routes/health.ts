import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";

type Dependencies = Pick<AppDependencies, "health">;

/** `GET /`: what this is and where to look. */
export function showIndex({ health }: Dependencies) {
  return (context: AppContext): Response =>
    context.json({
      name: "turnpike",
      version: health().version,
      links: {
        chat_completions: "/v1/chat/completions",
        completions: "/v1/completions",
        responses: "/v1/responses",
        messages: "/v1/messages",
        models: "/v1/models",
        conversations: "/conversations",
        approvals: "/approvals",
        health: "/health",
      },
    });
}

/** `GET /health`: the state for people and dashboards; 200 whatever it is. */
export function showHealth({ health }: Dependencies) {
  return (context: AppContext): Response => context.json(health());
}

/** `GET /health/live`: the process answers; a supervisor need not restart it. */
export function showLiveness() {
  return (context: AppContext): Response => context.json({ status: "live" });
}

/** `GET /health/ready`: 200 when turns are accepted, otherwise 503 with what is missing. */
export function showReadiness({ health }: Dependencies) {
  return (context: AppContext): Response => {
    const report = health();
    return context.json(report, report.status === "ready" ? 200 : 503);
  };
}
