import { describe, expect, test } from "vitest";

import { matchesOrigin, readOriginPattern } from "./origin-pattern.ts";

describe("a pattern is taken as browsers write origins", () => {
  test.each([
    ["https://chat.example.com", "https://chat.example.com"],
    ["https://Chat.Example.com:443/", "https://chat.example.com"],
    ["http://localhost:5173", "http://localhost:5173"],
    ["http://[::1]:3000", "http://[::1]:3000"],
    ["app://obsidian.md", "app://obsidian.md"],
    ["app://.", "app://."],
    ["tauri://localhost/", "tauri://localhost"],
    ["capacitor://localhost", "capacitor://localhost"],
    [
      "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
      "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    ],
    ["chrome-extension://*", "chrome-extension://*"],
    ["vscode-webview://*", "vscode-webview://*"],
    ["https://*.example.com", "https://*.example.com"],
    ["https://*.Example.com:8443", "https://*.example.com:8443"],
    ["http://*.localhost", "http://*.localhost"],
    ["http://localhost:*", "http://localhost:*"],
    ["file://", "file://"],
    ["*", "*"],
  ])("%s", (raw, pattern) => {
    expect(readOriginPattern(raw)).toBe(pattern);
  });
});

test.each([
  "null",
  "",
  "chat.example.com",
  "https://chat.example.com/path",
  "https://chat.example.com?x",
  "https://user@chat.example.com",
  "https://*",
  "http://*",
  "https://*:443",
  "https://*.com",
  "https://*.",
  "https://*example.com",
  "https://chat.*.com",
  "https://chat.example.*",
  "https://*.*.example.com",
  "https://*.1.2.3.4",
  "https://",
  "wss://*",
  "file://*",
  "*://localhost",
  "**",
  "chrome-extension://abc*",
  "chrome-extension://*/popup.html",
  "chrome-extension://",
  "app://a b",
  "javascript:alert(1)",
  "data:text/html,x",
])("%s is no pattern", (raw) => {
  expect(readOriginPattern(raw)).toBeUndefined();
});

test.each([
  [
    "app://obsidian.md",
    ["app://obsidian.md"],
    ["app://obsidian.md.evil", "https://obsidian.md", "app://x", "app://obsidian.md:80"],
  ],
  ["tauri://localhost", ["tauri://localhost"], ["http://localhost", "tauri://localhost.evil"]],
  [
    "chrome-extension://*",
    ["chrome-extension://abcdefghijklmnopabcdefghijklmnop"],
    [
      "https://chrome-extension",
      "moz-extension://abc",
      "chrome-extension://",
      "chrome-extension://a/b",
      "xchrome-extension://a",
    ],
  ],
  ["vscode-webview://*", ["vscode-webview://0k1d3"], ["https://vscode-webview", "vscode-file://x"]],
  [
    "https://*.example.com",
    ["https://chat.example.com", "https://a.b.example.com", "https://xn--bcher-kva.example.com"],
    [
      "https://example.com",
      "https://.example.com",
      "https://evil-example.com",
      "https://chat.example.com.evil",
      "https://evil.com/.example.com",
      "https://evil.com#.example.com",
      "https://evil.com?.example.com",
      "https://evil@chat.example.com",
      "https://evil.com:1@chat.example.com",
      "https://evil.com\\.example.com",
      "http://chat.example.com",
      "https://chat.example.com:8443",
      "https://chatXexample.com",
      "null",
    ],
  ],
  [
    "http://localhost:*",
    ["http://localhost:5173", "http://localhost"],
    [
      "https://localhost:5173",
      "http://localhost.evil.example:80",
      "http://localhost:80@evil.example",
      "http://localhost:x",
    ],
  ],
  ["*", ["https://anything.example", "null"], []],
])("%s", (pattern, matching, others) => {
  expect(matching.filter((origin) => !matchesOrigin(pattern, origin))).toEqual([]);
  expect(others.filter((origin) => matchesOrigin(pattern, origin))).toEqual([]);
});
