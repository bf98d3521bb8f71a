import { parentPort } from "node:worker_threads";

import { shareStats, type StatTask } from "./stat-sharing.ts";

// A thread of its own: looking at 50,000 files takes half the time on two cores.
parentPort?.on("message", (task: StatTask) => shareStats(task, task.paths.split("\0")));
