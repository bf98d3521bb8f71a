/** Another client: posts a body to the server as often as it is told to, and says what came. */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

export interface SendRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Holds the body. */
  readonly file: string;
}

export interface Sent {
  readonly status: number;
  readonly answer: string;
}

const agent = new Agent({ keepAlive: true });

process.on("message", (message: SendRequest) => {
  void send(message).then((sent) => process.send?.(sent));
});
process.send?.("ready");

function send({ url, headers, file }: SendRequest): Promise<Sent> {
  const body = readFileSync(file);
  return new Promise((resolve) => {
    const sent = request(url, {
      method: "POST",
      agent,
      headers: { ...headers, "content-type": "application/json", "content-length": body.length },
    });
    sent.once("error", (error) => resolve({ status: 0, answer: String(error) }));
    sent.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => void chunks.push(chunk));
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, answer: Buffer.concat(chunks).toString() });
      });
    });
    sent.end(body);
  });
}
