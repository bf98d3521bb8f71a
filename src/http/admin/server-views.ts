import type { ModelDescription } from "../../core/ports/model-catalogue.ts";
import type { Profile } from "../../core/words/profile.ts";
import type { KnownWindow } from "../../core/watches/plan-watch.ts";
import {
  type ClientPlatform,
  type ConnectionBody,
  connectionListSchema,
  KEY_PLACEHOLDER,
  parseConnectionQuery,
} from "../../protocols/admin/connection-schemas.ts";
import { formatPlan, planSchema } from "../../protocols/admin/plan-schemas.ts";
import { formatProfileList, profileListSchema } from "../../protocols/admin/profile-schemas.ts";
import type { AdminRoute } from "./admin-route.ts";

export interface ServerViews {
  readonly profiles: readonly Profile[];
  readonly models: () => readonly ModelDescription[];
  /** Of the plan's windows, what the API has said. */
  readonly plan: () => readonly KnownWindow[];
  /** How clients are set up to use the server at this address. */
  readonly connections: (
    url: string,
    platform: ClientPlatform,
  ) => Promise<{ readonly model: string; readonly connections: readonly ConnectionBody[] }>;
}

/** How this server is set up, as far as everybody with a role may see it. */
export function serverViewRoutes({
  views,
  server,
}: {
  readonly views: ServerViews;
  readonly server: () => { readonly url: string };
}): readonly AdminRoute[] {
  return [
    {
      method: "get",
      path: "/admin/api/profiles",
      role: "viewer",
      description: { summary: "Each profile as turns get it.", answer: profileListSchema },
      handle: (context) => context.json(formatProfileList(views.profiles, views.models())),
    },
    {
      method: "get",
      path: "/admin/api/plan",
      role: "viewer",
      description: {
        summary: "The windows of the account's plan: how full, until when, and at this pace.",
        answer: planSchema,
      },
      handle: (context) => context.json(formatPlan(views.plan())),
    },
    {
      method: "get",
      path: "/admin/api/connect",
      role: "viewer",
      description: {
        summary: "How each client of `turnpike connect` is set up.",
        query: {
          url: "The address that clients are to use.",
          platform: "linux, darwin or win32: where they run.",
        },
        answer: connectionListSchema,
      },
      handle: async (context) => {
        const { url = server().url, platform } = parseConnectionQuery(context.req.query());
        const { model, connections } = await views.connections(url, platform);
        return context.json({
          object: "list",
          url,
          key_placeholder: KEY_PLACEHOLDER,
          model,
          data: connections,
        });
      },
    },
  ];
}
