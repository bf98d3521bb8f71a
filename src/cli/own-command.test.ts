import { expect, test } from "vitest";

import { ownCommand } from "./own-command.ts";

const machine = {
  platform: "linux",
  homeDir: "/home/ada",
  currentDir: "/srv",
  cores: 2,
  memoryBytes: 1,
} as const;

test.each([
  { environment: {}, dataDir: "/home/ada/.local/share/turnpike", command: "turnpike status" },
  { environment: {}, dataDir: "/data", command: "turnpike status --data-dir /data" },
  { environment: {}, dataDir: "/my data", command: "turnpike status --data-dir '/my data'" },
  {
    environment: { npm_lifecycle_event: "start" },
    dataDir: "/data",
    command: "npm start -- status --data-dir /data",
  },
  {
    environment: { npm_lifecycle_event: "test" },
    dataDir: "/data",
    command: "turnpike status --data-dir /data",
  },
])("$command", ({ environment, dataDir, command }) => {
  expect(ownCommand("status", { dataDir }, { environment, machine })).toBe(command);
});
