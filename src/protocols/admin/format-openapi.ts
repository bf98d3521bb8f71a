import * as z from "zod";

/** What is said of a route besides its method and path. */
export interface RouteDescription {
  readonly summary: string;
  readonly body?: z.ZodType;
  /** Of the body; default JSON. */
  readonly bodyType?: string;
  /** Absent: an object that is not described further. */
  readonly answer?: z.ZodType;
  /** Default 200. */
  readonly status?: number;
  /** What the answer may come as; default JSON. */
  readonly types?: readonly string[];
  /** What may stand behind the `?`, by its name. */
  readonly query?: Readonly<Record<string, string>>;
}

export interface DescribedRoute {
  readonly method: string;
  /** Parameters as `:name`, with what they must match behind it in braces. */
  readonly path: string;
  /** For the admin API; absent: any key that may use the server. */
  readonly role?: string;
  /** It takes no key. */
  readonly isPublic?: true;
  /** Absent: only that there is such a route. */
  readonly description?: RouteDescription;
}

type Json = Readonly<Record<string, unknown>>;

const PARAMETER = /\{(\w+)\}/g;
const JSON_TYPE = "application/json";

/** The routes as an OpenAPI document. */
export function formatOpenApi(routes: readonly DescribedRoute[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = toTemplate(route.path);
    paths[path] = { ...paths[path], [route.method]: formatOperation(route, path) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Turnpike",
      version,
      description: "An OpenAI- and Anthropic-compatible API in front of Claude Code, and its administration.",
    },
    paths,
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer" },
        apiKey: { type: "apiKey", in: "header", name: "x-api-key" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "turnpike_session",
          description:
            "Of a browser, for pages of this server: its name ends in the server's port. What changes something also needs the header X-CSRF-Token.",
        },
      },
      schemas: {
        Error: toSchema(errorSchema, "output"),
        MessagesError: toSchema(messagesErrorSchema, "output"),
      },
    },
    security: [{ key: [] }, { apiKey: [] }, { session: [] }],
  };
}

/** `/conversations/:path{.+/diff}` becomes `/conversations/{path}/diff`. */
export function toTemplate(path: string): string {
  return path.replaceAll(
    /:(\w+)(?:\{[^}/]*(\/[^}]*)?\})?/g,
    (_, name: string, rest = "") => `{${name}}${rest}`,
  );
}

const errorSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
});

/** Below `/v1/messages`, and for whoever names a version of Anthropic's API. */
const messagesErrorSchema = z.object({
  type: z.literal("error"),
  error: z.object({ type: z.string(), message: z.string() }),
  request_id: z.string(),
});

function formatOperation(route: DescribedRoute, path: string): Json {
  const { method, role, isPublic, description } = route;
  const {
    summary,
    body,
    bodyType = JSON_TYPE,
    answer,
    status = 200,
    types = [JSON_TYPE],
  } = description ?? {};
  const parameters = [
    ...[...path.matchAll(PARAMETER)].map(([, name]) => parameter(name ?? "", "path")),
    ...Object.entries(description?.query ?? {}).map(([name, about]) => parameter(name, "query", about)),
  ];
  const answerSchema = answer ? toSchema(answer, "output") : {};
  const error = path.startsWith("/v1/messages") ? "MessagesError" : "Error";
  return {
    operationId: `${method}${path.replaceAll(/\W+/g, "_").replace(/_$/, "")}`,
    tags: [tagOf(path)],
    ...(summary !== undefined && { summary }),
    ...(role !== undefined && { description: describeRole(role) }),
    ...(isPublic && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: true, content: { [bodyType]: { schema: toSchema(body, "input") } } },
    }),
    responses: {
      [status]: {
        description: status === 101 ? "A WebSocket." : "Done.",
        ...(status !== 101 && {
          content: Object.fromEntries(
            types.map((type) => [type, type === JSON_TYPE ? { schema: answerSchema } : {}]),
          ),
        }),
      },
      default: {
        description: "What is wrong.",
        content: { [JSON_TYPE]: { schema: { $ref: `#/components/schemas/${error}` } } },
      },
    },
  };
}

function parameter(name: string, place: "path" | "query", description?: string): Json {
  return {
    name,
    in: place,
    required: place === "path",
    schema: { type: "string" },
    ...(description !== undefined && { description }),
  };
}

/** `v1` and `admin` hold many: their next segment. */
function tagOf(path: string): string {
  const [first = "", second = "", third = ""] = path.split("/").slice(1);
  if (first === "v1") return second;
  return first === "admin" ? `admin: ${third}` : first || "server";
}

function describeRole(role: string): string {
  if (role === "anyone") return "For everybody, whatever their role.";
  if (role === "user") return "For people who are signed in, whatever their role.";
  return `For keys and people with the role ${role === "viewer" ? "viewer or admin" : role}.`;
}

function toSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
