import type { ControlClient } from "./daemon/control-client.ts";

/** The caller names the shape of the answer: for a server of another release that may be wrong, see `acrossReleases`. Rejects with ControlError or NoAnswerError. */
export type AskAdminApi = <Body>(method: string, path: string, body?: object) => Promise<Body>;

/** Asks a running server. `approverKey`: gives the right to give away the right to answer approvals. */
export function askAdminApi(client: ControlClient, approverKey: string | undefined): AskAdminApi {
  const headers = approverKey === undefined ? {} : { authorization: `Bearer ${approverKey}` };
  return (method, path, body) => client.ask(method, path, body, { headers });
}
