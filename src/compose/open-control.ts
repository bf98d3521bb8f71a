import { rmSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";

import type { Config } from "../config/config.ts";
import {
  controlFile,
  controlPipe,
  fitsAddress,
  makeOwnFolder,
  otherControlAddresses,
} from "../config/data-folder/control-address.ts";
import type { Environment } from "../config/sources/process-environment.ts";
import type { KeyStore } from "../core/ports/key-store.ts";
import type { Logger } from "../core/ports/logger.ts";
import { addOperatorRoutes, type AdminParts } from "../http/admin/add-admin-routes.ts";
import { createApp } from "../http/create-app.ts";
import { listenLocally } from "../http/listen.ts";
import type { CleanUp } from "../lib/clean-up.ts";
import { withLocalUser } from "../service/access/with-local-user.ts";
import type { ServiceParts } from "../service/service-parts.ts";
import { StopRequests } from "./stop-requests.ts";

export interface ControlParts {
  readonly config: Config;
  readonly service: ServiceParts;
  readonly keys: KeyStore;
  readonly admin: AdminParts;
  readonly environment: Environment;
  readonly cleanUp: CleanUp;
}

/**
 * Opens the way by which the command line of this user reaches the server: its whole API, with the operator's routes, on a socket
 * in the data folder. Where there can be none the server works without. Resolves with what the command line asks about its end.
 */
export async function openControl(parts: ControlParts): Promise<StopRequests> {
  const { config, service, keys } = parts;
  const stops = new StopRequests();
  const { logger } = service;
  const app = createApp({
    ...service,
    logger: withoutAdminRequests(logger),
    options: {
      ...config.server,
      host: "localhost",
      allowedHosts: [],
      corsOrigins: [],
      keys: withLocalUser(keys, config.auth.clientsMayApprove),
    },
  });
  addOperatorRoutes(app, { ...parts.admin, onStop: (request) => stops.add(request) });
  const attempts = waysIn(config.dataDir, parts.environment);
  for (const [index, { path, prepare, remove }] of attempts.entries()) {
    try {
      prepare();
      const { close } = await listenLocally(app, path, config.server);
      parts.cleanUp.defer(async () => {
        await close(AbortSignal.timeout(0));
        remove();
      });
      break;
    } catch (error) {
      const isLast = index === attempts.length - 1;
      if (isLast) logger.error("control.unavailable", { error });
    }
  }
  return stops;
}

interface WayIn {
  readonly path: string;
  /** Clears the way: the lock of the data folder says that what is there is of a server that has ended. */
  readonly prepare: () => void;
  readonly remove: () => void;
}

function waysIn(dataDir: string, environment: Environment): readonly WayIn[] {
  const file = controlFile(dataDir);
  if (process.platform === "win32") {
    return [{ path: controlPipe(dataDir), prepare: doNothing, remove: doNothing }];
  }
  const clear = () => rmSync(file, { force: true });
  const elsewhere = otherControlAddresses(dataDir, environment).map((path) => ({
    path,
    prepare: () => {
      // First of all: a link that leads to where an earlier server was must not stay.
      clear();
      makeOwnFolder(dirname(path));
      rmSync(path, { force: true });
      symlinkSync(path, file);
    },
    remove: clear,
  }));
  return fitsAddress(file) ? [{ path: file, prepare: clear, remove: doNothing }, ...elsewhere] : elsewhere;
}

function doNothing(): void {}

/** `turnpike status` and the like ask often, and say nothing about the server's work. */
function withoutAdminRequests(logger: Logger): Logger {
  return {
    ...logger,
    info: (event, fields) => {
      const isAdmin = event === "request.completed" && String(fields?.["path"]).startsWith("/admin/");
      if (isAdmin) logger.debug(event, fields);
      else logger.info(event, fields);
    },
  };
}
