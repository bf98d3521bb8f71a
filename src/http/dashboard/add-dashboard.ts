import { randomBytes } from "node:crypto";

import type { Hono } from "hono";

import type { AppContext, AppEnv } from "../app-env.ts";
import { contentSecurityPolicy, NONCE_MARK } from "./content-security-policy.ts";
import type { DashboardFile, DashboardFiles } from "./dashboard-files.ts";
import { NOT_BUILT_PAGE } from "./not-built-page.ts";

const SAFE_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Frame-Options": "DENY",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
};

/**
 * The dashboard's files, which hold no secret: what they show they ask the admin API for. `files` is undefined where none have been
 * built. To be added behind the check of the host, and before that of the origin: a link from elsewhere may lead here.
 */
export function addDashboard(app: Hono<AppEnv>, files: DashboardFiles | undefined): void {
  app.get("/webui", leadToDashboard);
  app.get("/webui/*", leadToDashboard);
  app.get("/dashboard", (context) => serve(context, files));
  app.get("/dashboard/*", (context) => serve(context, files));
}

function leadToDashboard(context: AppContext): Response {
  return context.redirect("/dashboard", 302);
}

async function serve(context: AppContext, files: DashboardFiles | undefined): Promise<Response> {
  for (const [name, value] of Object.entries(SAFE_HEADERS)) context.header(name, value);
  const path = context.req.path.slice("/dashboard/".length);
  if (!files) return servePage(context, NOT_BUILT_PAGE, 503);
  const file = path === "index.html" ? undefined : await files.find(path);
  if (file) return serveFile(context, file, path.startsWith("assets/"));
  // An asset of an earlier build: a page in its place would be taken for a script.
  if (path.startsWith("assets/")) {
    context.header("Cache-Control", "no-store");
    return context.text("There is no such file in this build of the dashboard.", 404);
  }
  const index = await files.find("index.html");
  if (!index) return servePage(context, NOT_BUILT_PAGE, 503);
  // Any other path is one of the page's own.
  return servePage(context, Buffer.from(index.body).toString(), 200);
}

/** Names in `assets/` change with their content. */
function serveFile(context: AppContext, file: DashboardFile, isNamedByContent: boolean): Response {
  const { req } = context;
  context.header("Cache-Control", isNamedByContent ? "public, max-age=31536000, immutable" : "no-cache");
  context.header("ETag", file.etag);
  context.header("Vary", "Accept-Encoding");
  if (req.header("if-none-match")?.includes(file.etag)) return context.body(null, 304);
  const { compressed } = file;
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(req.header("accept-encoding") ?? "");
  context.header("Content-Type", file.type);
  // Pictures are documents of their own when they are opened.
  context.header(
    "Content-Security-Policy",
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  );
  if (!compressed || !takesGzip) return context.body(file.body);
  context.header("Content-Encoding", "gzip");
  return context.body(compressed);
}

/** Never from a cache without asking: it names the files of one build, and has another nonce each time, hence no ETag. */
function servePage(context: AppContext, html: string, status: 200 | 503): Response {
  const nonce = randomBytes(16).toString("base64url");
  context.header("Content-Security-Policy", contentSecurityPolicy(nonce));
  context.header("Cache-Control", "no-cache");
  return context.html(html.replaceAll(NONCE_MARK, nonce), status);
}
