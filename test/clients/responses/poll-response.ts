import type OpenAI from "openai";

import { delay } from "../../../src/lib/time.ts";

/** Asks for a background response until it has ended, as OpenAI's guide does; the test's own limit bounds it. */
export async function pollResponse(openai: OpenAI, id: string): Promise<OpenAI.Responses.Response> {
  for (;;) {
    const response = await openai.responses.retrieve(id);
    if (response.status !== "queued" && response.status !== "in_progress") return response;
    await delay(10);
  }
}
