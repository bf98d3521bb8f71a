import { parentPort, workerData } from "node:worker_threads";

import { SnapshotDesk } from "./snapshot-desk.ts";
import type { SnapshotRequest, SnapshotThreadData } from "./snapshot-messages.ts";

// Proof: only `FolderSnapshots` starts this file, with this data.
const desk = new SnapshotDesk(workerData as SnapshotThreadData);

parentPort?.on("message", (request: SnapshotRequest) => {
  void desk.handle(request).then((reply) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows, this is a thread
    if (reply) parentPort?.postMessage(reply);
  });
});
