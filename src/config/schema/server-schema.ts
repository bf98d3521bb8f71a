import { z } from "zod";

import { readOriginPattern } from "../../lib/origin-pattern.ts";
import { allowedHost } from "./setting-formats.ts";
import { byteSize, duration, listOf, textValue, wholeNumber, yesOrNo } from "./setting-values.ts";
import { setting } from "./setting.ts";

export const serverSchema = z.strictObject({
  host: setting(textValue("an address such as 127.0.0.1 or 0.0.0.0", /^[\w.:[\]-]+$/), {
    flag: "--host <address>",
    about: "Address to listen on. Anything but this machine itself needs API keys.",
    default: "127.0.0.1",
  }),
  port: setting(wholeNumber(0, 65_535), {
    flag: "--port <number>",
    about: "Port to listen on; 0 takes a free one.",
    default: "4141",
  }),
  allowedHosts: setting(listOf("host names such as turnpike.example.com", allowedHost), {
    flag: "--allowed-host <name>",
    about: "A further name that clients may use for this server (Host header).",
    default: "none",
    isList: true,
  }),
  corsOrigins: setting(
    listOf(
      "origins such as https://chat.example.com, app://obsidian.md, https://*.example.com or chrome-extension://*, or * for all",
      readOriginPattern,
    ),
    {
      flag: "--cors-origin <origin>",
      about:
        "An origin of web pages or apps that may call this server, perhaps a pattern: chrome-extension://*",
      default: "none",
      isList: true,
    },
  ),
  maxBody: setting(byteSize(1024), {
    flag: "--max-body <size>",
    about: "Largest request body.",
    default: "32MiB",
  }),
  maxUpload: setting(byteSize(1024), {
    flag: "--max-upload <size>",
    about: "Largest file that a client may upload.",
    default: "64MiB",
  }),
  keepAlive: setting(duration(), {
    flag: "--keep-alive <time>",
    about: "While Claude is silent, a stream gets a sign of life this often.",
    default: "10s",
  }),
  headersTimeout: setting(duration(), {
    flag: "--headers-timeout <time>",
    about: "Time a client has to send a request's headers.",
    default: "15s",
  }),
  bodyTimeout: setting(duration(), {
    flag: "--body-timeout <time>",
    about: "Time a client has to send a request's body.",
    default: "60s",
  }),
  idleSocket: setting(duration(), {
    flag: "--idle-socket <time>",
    about: "How long a connection without a request stays open.",
    default: "75s",
  }),
  stalledClient: setting(duration(), {
    flag: "--stalled-client <time>",
    about: "How long a client may take nothing of what waits for it before it counts as gone.",
    default: "5m",
  }),
  openMetrics: setting(yesOrNo(), {
    flag: "--open-metrics",
    about: "Let /metrics be read without a key; else it takes one with the role viewer or admin.",
    default: "false",
  }),
  // `docker stop` kills after 10 s: the remaining time is for ending the processes.
  drain: setting(duration(0), {
    flag: "--drain <time>",
    about: "How long running turns may go on when the server is told to stop.",
    default: "8s",
  }),
});
