import * as z from "zod";

import { RequestError } from "../request-error.ts";

export const PLATFORMS = ["linux", "darwin", "win32"] as const;
export type ClientPlatform = (typeof PLATFORMS)[number];

/** In place of the key, in what is to be copied. */
export const KEY_PLACEHOLDER = "YOUR_KEY";

export const connectionSchema = z.object({
  name: z.string(),
  title: z.string(),
  documentation: z.array(z.string()),
  /** What belongs in the client's files; `~` is the person's home. */
  files: z.array(
    z.object({ path: z.string(), format: z.string(), text: z.string(), holds_key: z.boolean() }),
  ),
  /** What is done by hand, in this order. */
  steps: z.array(z.string()),
  /** Lines for a shell, or of a program. */
  start: z.array(z.string()),
  notes: z.array(z.string()),
});

export const connectionListSchema = z.object({
  object: z.literal("list"),
  /** Where clients reach this server. */
  url: z.string(),
  /** Stands where the key belongs. */
  key_placeholder: z.string(),
  model: z.string(),
  data: z.array(connectionSchema),
});

export type ConnectionBody = z.output<typeof connectionSchema>;

export interface AskedConnections {
  /** Without a path. */
  readonly url?: string;
  readonly platform: ClientPlatform;
}

/** @throws RequestError */
export function parseConnectionQuery(query: Readonly<Record<string, string>>): AskedConnections {
  const { url, platform = "linux" } = query;
  const found = PLATFORMS.find((known) => known === platform);
  if (!found) {
    throw new RequestError(
      "invalid_value",
      `Invalid 'platform': expected ${PLATFORMS.join(", ")}.`,
      "platform",
    );
  }
  if (url === undefined) return { platform: found };
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username !== "" || parsed.href.length > 512) {
    throw new RequestError(
      "invalid_value",
      "Invalid 'url': expected an address such as http://host:4141.",
      "url",
    );
  }
  return { platform: found, url: parsed.origin };
}
