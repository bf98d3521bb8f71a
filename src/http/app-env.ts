import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";

import type { Principal } from "../core/words/principal.ts";
import type { RequestRecord } from "../service/turns/request-record.ts";
import type { BrowserSession } from "../service/people/session-directory.ts";
import type { Upgrade } from "./websocket/upgrade.ts";

/** What every handler finds in its context. */
export interface AppEnv {
  Bindings: HttpBindings & {
    /** Only for a request to open a WebSocket. */
    readonly upgrade?: Upgrade;
  };
  Variables: {
    record: RequestRecord;
    /** Absent on the public paths. */
    principal?: Principal;
    /** Where a browser's session told who asks. */
    session?: BrowserSession;
  };
}

export type AppContext = Context<AppEnv>;
export type AppMiddleware = MiddlewareHandler<AppEnv>;
