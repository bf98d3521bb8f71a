import * as z from "zod";

/** What is said of a route besides its method and path. */
export interface RouteDescription {
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  /** Default 200. */
  readonly status?: number;
}

export interface DescribedRoute {
  readonly method: string;
  /** Parameters as `:name`. */
  readonly path: string;
  readonly role: string;
  /** Absent: only that there is such a route. */
  readonly description?: RouteDescription;
}

type Json = Readonly<Record<string, unknown>>;

const PARAMETER = /:(\w+)/g;

/** The routes as an OpenAPI document. */
export function formatOpenApi(routes: readonly DescribedRoute[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replace(PARAMETER, "{$1}");
    paths[path] = { ...paths[path], [route.method]: formatOperation(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Turnpike", version },
    paths,
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
      schemas: { Error: toSchema(errorSchema, "output") },
    },
    security: [{ key: [] }],
  };
}

const errorSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
});

function formatOperation({ path, role, description }: DescribedRoute): Json {
  const parameters = [...path.matchAll(PARAMETER)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const failure = { description: "What is wrong.", content: jsonOf({ $ref: "#/components/schemas/Error" }) };
  const success = {
    description: "Done.",
    ...(description && { content: jsonOf(toSchema(description.answer, "output")) }),
  };
  return {
    ...(description && { summary: description.summary }),
    description: describeRole(role),
    ...(parameters.length > 0 && { parameters }),
    ...(description?.body && {
      requestBody: { required: true, content: jsonOf(toSchema(description.body, "input")) },
    }),
    responses: { [description?.status ?? 200]: success, default: failure },
  };
}

function describeRole(role: string): string {
  if (role === "anyone") return "For everybody, whatever their role.";
  if (role === "user") return "For people who are signed in, whatever their role.";
  return `For keys and people with the role ${role === "viewer" ? "viewer or admin" : role}.`;
}

function jsonOf(schema: Json): Json {
  return { "application/json": { schema } };
}

function toSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
