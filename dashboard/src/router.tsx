import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";

import { queryClient } from "./api/query-client.ts";
import { readOverviewAhead } from "./api/read-ahead.ts";
import { sessionQuery } from "./api/session.ts";
import { ErrorState } from "./parts/error-state.tsx";
import { Loading } from "./parts/loading.tsx";
import { NotFound } from "./shell/not-found.tsx";

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

/** Each page comes in a file of its own when it is first opened. */
const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    isOwnPath(search["next"]) ? { next: search["next"] } : {},
  component: lazyRouteComponent(() => import("./pages/login/login-page.tsx"), "LoginPage"),
});
const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/welcome",
  component: lazyRouteComponent(() => import("./pages/welcome/welcome-page.tsx"), "WelcomePage"),
});

/** What only those see who are signed in. */
const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "frame",
  beforeLoad: async ({ context, location, matches }) => {
    // They come while the server is asked who this is.
    startLoading(matches.map(({ routeId }) => routeId));
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: "/login", search: { next: `/dashboard${location.href}` } });
  },
  component: lazyRouteComponent(() => import("./shell/frame.tsx"), "Frame"),
});
const indexRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/overview" });
  },
});
const overviewRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/overview",
  loader: ({ context }) => readOverviewAhead(context.queryClient),
  component: lazyRouteComponent(() => import("./pages/overview/overview-page.tsx"), "OverviewPage"),
});
const liveRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/live",
  component: lazyRouteComponent(() => import("./pages/live/live-page.tsx"), "LivePage"),
});
const requestsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/requests",
  validateSearch: readTexts,
  component: lazyRouteComponent(() => import("./pages/requests/requests-page.tsx"), "RequestsPage"),
});
const conversationsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/conversations",
  validateSearch: readTexts,
  component: lazyRouteComponent(
    () => import("./pages/conversations/conversations-page.tsx"),
    "ConversationsPage",
  ),
});
const playgroundRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/playground",
  validateSearch: readTexts,
  component: lazyRouteComponent(() => import("./pages/playground/playground-page.tsx"), "PlaygroundPage"),
});
const connectRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/connect",
  component: lazyRouteComponent(() => import("./pages/connect/connect-page.tsx"), "ConnectPage"),
});
const usageRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/usage",
  validateSearch: readTexts,
  component: lazyRouteComponent(() => import("./pages/usage/usage-page.tsx"), "UsagePage"),
});
const keysRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/keys",
  component: lazyRouteComponent(() => import("./pages/keys/keys-page.tsx"), "KeysPage"),
});
const profilesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/profiles",
  component: lazyRouteComponent(() => import("./pages/profiles/profiles-page.tsx"), "ProfilesPage"),
});
const usersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/users",
  component: lazyRouteComponent(() => import("./pages/users/users-page.tsx"), "UsersPage"),
});
const settingsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/settings/settings-page.tsx"), "SettingsPage"),
});
const logRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/log",
  component: lazyRouteComponent(() => import("./pages/log/log-page.tsx"), "LogPage"),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    loginRoute,
    welcomeRoute,
    frameRoute.addChildren([
      indexRoute,
      overviewRoute,
      liveRoute,
      requestsRoute,
      conversationsRoute,
      playgroundRoute,
      connectRoute,
      usageRoute,
      keysRoute,
      profilesRoute,
      usersRoute,
      settingsRoute,
      logRoute,
    ]),
  ]),
  basepath: "/dashboard",
  context: { queryClient },
  defaultPreload: "intent",
  defaultPendingComponent: Loading,
  defaultPendingMinMs: 0,
  defaultErrorComponent: ({ error, reset }) => (
    <ErrorState
      error={error}
      onRetry={() => {
        reset();
        void router.invalidate();
      }}
    />
  ),
  defaultNotFoundComponent: NotFound,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** Parameters of a page, all of them text: what they may say is the page's. */
function readTexts(search: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) =>
      typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : [],
    ),
  );
}

/** After a sign-in the page leads only to pages of its own, whatever a link says. */
function isOwnPath(next: unknown): next is string {
  return typeof next === "string" && /^\/dashboard(\/[^\\]*)?$/.test(next);
}

/** The files of these routes. What cannot be loaded is told when the route is shown. */
function startLoading(routeIds: readonly string[]): void {
  // Proof for the cast: whatever types its routes have, they have options.
  const routes = router.routesById as unknown as Readonly<
    Record<string, { readonly options: { readonly component?: { preload?: () => Promise<void> } } }>
  >;
  for (const id of routeIds) routes[id]?.options.component?.preload?.().catch(() => {});
}
