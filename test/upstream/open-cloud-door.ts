import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { text as readText } from "node:stream/consumers";

import { bedrockFrame } from "./aws-event-stream.ts";

export interface CloudDoor {
  readonly url: string;
  close(): Promise<void>;
}

/** Calls of the model as Bedrock and Vertex have them: the path names it, and the body does not. */
const CALL =
  /\/models?\/(?<model>[^/:]+)(?<form>\/invoke-with-response-stream|:streamRawPredict)$|(?<plain>\/v1\/messages)$/;

/** A model in the form of any cloud, in front of the scripted model. What is no call of the model is refused. */
export async function openCloudDoor(modelUrl: string): Promise<CloudDoor> {
  const server = createServer((request, response) => {
    pass(request, response, modelUrl).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Proof: it listens on a TCP port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function pass(request: IncomingMessage, response: ServerResponse, modelUrl: string): Promise<void> {
  const path = new URL(request.url ?? "", modelUrl).pathname;
  const call = CALL.exec(path)?.groups;
  const received = await readText(request);
  if (!call) {
    response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ message: "No." }));
    return;
  }
  // Proof: Claude Code sends JSON objects.
  const { anthropic_version: _, anthropic_beta, ...body } = JSON.parse(received) as Record<string, unknown>;
  const model = call["model"]?.replace(/^.*anthropic\./, "");
  const whole = call["plain"] ? body : { ...body, model, stream: true };
  const onward = send(
    new URL("/v1/messages?beta=true", modelUrl),
    { method: "POST", headers: headersFor(request.headers, anthropic_beta) },
    (answer) => {
      const { statusCode = 502, headers } = answer;
      const isFramed = call["form"]?.startsWith("/invoke") && statusCode === 200;
      const type = isFramed ? "application/vnd.amazon.eventstream" : headers["content-type"];
      response.writeHead(statusCode, { "content-type": type ?? "application/json" });
      answer.on("error", () => response.destroy());
      if (!isFramed) return void answer.pipe(response);
      const lines = createInterface({ input: answer });
      lines.on("line", (line) => {
        if (line.startsWith("data: ")) response.write(bedrockFrame(line.slice("data: ".length)));
      });
      lines.on("close", () => response.end());
    },
  );
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  onward.end(JSON.stringify(whole));
}

function headersFor(headers: IncomingHttpHeaders, inBody: unknown): Record<string, string> {
  const betas = [headers["anthropic-beta"] ?? [], inBody ?? []].flat();
  return {
    "content-type": "application/json",
    "x-api-key": "a-cloud",
    "anthropic-version": "2023-06-01",
    ...(betas.length > 0 && { "anthropic-beta": betas.join(",") }),
  };
}
