import { describe, expect, test } from "vitest";

import { cleanApiWords } from "./api-words.ts";
import { listPrivateNames } from "./private-names.ts";

const clean = (text: string, names: readonly string[] = []) => cleanApiWords(text, names);

describe("what helps a client stays", () => {
  test.each([
    "messages.0.content.1.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels",
    "tools.0.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12).",
    "messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_01AbC.",
    "max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens for claude-opus-4-8",
    "output_config.format.schema: For 'object' type, property 'minimum' is not supported",
    "You will regain access on 2026-12-01 at 00:00 UTC.",
    "Please go to Plans & Billing to upgrade or purchase credits.",
    "See https://docs.claude.com/en/api/errors and support.anthropic.com for more.",
  ])("%s", (text) => {
    // The URL of the draft is nobody's address, but it looks like one.
    const expected = text.replace("https://json-schema.org/draft/2020-12", "…");
    expect(clean(`API Error: 400 ${text}`)).toBe(expected.replace("(…).", "(…)."));
  });
});

describe("what is the operator's own goes", () => {
  test.each([
    ["a URL", "see https://gate.example.corp:8443/v1/messages?key=abc for more"],
    ["a host", "upstream gate.example.internal refused"],
    ["a host with a port", "dial gate.example.de:8443 failed"],
    ["IPv4", "connect to 10.1.2.3 and 10.1.2.3:443 failed"],
    ["IPv6", "connect to [fe80::1:2]:443 and 2001:db8::7 and fe80::1 failed"],
    ["loopback", "localhost:4000 refused"],
    ["a path", "cannot read /srv/gate/app.py or ~/gate/app.py or C:\\gate\\app"],
    ["an id of the request", "Broken (request id: req_011Cgate) request_id=gate-7"],
    [
      "an account",
      "limit of 30,000 tokens (org: 1c9b8a52-8ccb-4f5b-8f5b-0f7d5f3d2a11) for 1c9b8a52-8ccb-4f5b-8f5b-0f7d5f3d2a11",
    ],
    ["a person", "ask gate.keeper@example.com"],
    ["a variable", "MY_HOST=gate7 MY_NAME='a gate' set"],
    ["a secret", "Authorization: Bearer gategategate and sk-ant-gate1234 and api_key=gate"],
    [
      "a gateway",
      "litellm.BadRequestError: AnthropicException - Wrong. Received Model Group=gate Available Model Group Fallbacks=None",
    ],
  ])("%s", (_, text) => {
    const cleaned = clean(`API Error: 400 ${text}`);
    expect(cleaned).not.toMatch(
      /gate|10\.1\.2\.3|fe80|2001:db8|localhost|4000|8443|1c9b8a52|litellm|example/i,
    );
  });

  test("Claude Code's advice to the operator", () => {
    const advice =
      "This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (gate:1).";
    expect(clean(`API Error: 504 Timed out. ${advice}`)).toBe("Timed out.");
    expect(clean("API Error: Request rejected (429) · Slow down")).toBe("Slow down");
  });

  test("what his settings name, in any case, whole", () => {
    const names = listPrivateNames(
      {
        ANTHROPIC_BASE_URL: "https://Gatehouse/anthropic",
        HTTPS_PROXY: "wally:3128",
        ANTHROPIC_AUTH_TOKEN: "plain-token",
        ANTHROPIC_CUSTOM_HEADERS: "X-Team: blue-whales",
        CLAUDE_CODE_MAX_OUTPUT_TOKENS: "64000",
        CLAUDE_CODE_USE_VERTEX: "true",
      },
      "build-7",
    );
    expect(
      clean("gatehouse via WALLY for blue-whales with plain-token on build-7: 64000 is true", names),
    ).toBe("… via … for … with … on …: 64000 is true");
  });

  test("but not where everybody's requests go", () => {
    expect(listPrivateNames({ ANTHROPIC_BASE_URL: "https://api.anthropic.com" }, "server")).toEqual([]);
  });
});

test("of a long text only the beginning is read, in whole words", () => {
  const long = `The schema is wrong: ${"x ".repeat(50_000)}gate.corp.example.com`;
  expect(clean(long)).toMatch(/^The schema is wrong: x x .*…$/);
  const cut = `${"secrets go: ".padEnd(3_990, " ")}10.1.2.3.gate.corp.example.com`;
  expect(clean(cut)).toBe("secrets go:");
});

test("has a bound, and is empty when nothing is left", () => {
  expect(clean("x".repeat(100_000)).length).toBeLessThan(1_100);
  expect(clean("API Error: 400 https://gate.corp/")).toBe("");
});
