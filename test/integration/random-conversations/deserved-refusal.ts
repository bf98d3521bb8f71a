import type { MessagesBody } from "../../../src/demo/messages-body.ts";
import { marksIn } from "../../upstream/marks-in.ts";
import type { Fields } from "./samples.ts";

interface Request {
  readonly path: string;
  readonly body: Fields;
}

/** What a request may be refused for with a 400, by what it deserves it for; each of these must be. */
const DESERVED: Readonly<Record<string, (request: Request) => boolean>> = {
  "more marks for the cache than the API takes": ({ path, body }) =>
    // Proof for the cast: the client of Messages has made it.
    path === "/v1/messages" && marksIn(body as unknown as MessagesBody).length > 4,
  "a blank stop sequence, which the Messages API does not take": ({ body: { stop_sequences: stops } }) =>
    Array.isArray(stops) && stops.some((stop) => String(stop).trim() === ""),
};

/** Why the request is to be refused; undefined when it must not be. */
export function deservedRefusal(request: Request): string | undefined {
  return Object.entries(DESERVED).find(([, deserves]) => deserves(request))?.[0];
}
