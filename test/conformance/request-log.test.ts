import { openRequestLog, openRequestLogToRead } from "../../src/store/request-log/open-request-log.ts";
import { onEachDatabase } from "./on-each-database.ts";
import { describeRequestLog } from "./request-log.ts";

onEachDatabase("request log", (database, createLocation) =>
  describeRequestLog(database, async () => {
    const location = await createLocation();
    return { open: () => openRequestLog(location), openToRead: () => openRequestLogToRead(location) };
  }),
);
