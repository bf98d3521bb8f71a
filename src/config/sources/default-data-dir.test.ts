import { expect, test } from "vitest";

import { defaultDataDir } from "./default-data-dir.ts";
import type { Machine } from "./machine.ts";

const machine = (platform: NodeJS.Platform, homeDir: string): Machine => ({
  platform,
  homeDir,
  currentDir: "/",
  cores: 1,
  memoryBytes: 1,
});

test("Linux follows the XDG specification", () => {
  const linux = machine("linux", "/home/ada");
  expect(defaultDataDir(linux, {})).toBe("/home/ada/.local/share/turnpike");
  expect(defaultDataDir(linux, { XDG_DATA_HOME: "/data" })).toBe("/data/turnpike");
  expect(defaultDataDir(linux, { XDG_DATA_HOME: "relative" })).toBe("/home/ada/.local/share/turnpike");
});

test("macOS and Windows have their own folders", () => {
  expect(defaultDataDir(machine("darwin", "/Users/ada"), {})).toBe(
    "/Users/ada/Library/Application Support/turnpike",
  );
  const windows = machine("win32", "C:\\Users\\ada");
  expect(defaultDataDir(windows, { LOCALAPPDATA: "D:\\Local" })).toBe("D:\\Local\\turnpike");
  expect(defaultDataDir(windows, {})).toBe("C:\\Users\\ada\\AppData\\Local\\turnpike");
});
