import { ControlError, type ControlClient, messageOf, readAnswer } from "./daemon/control-client.ts";

/** The caller names the shape of the answer: both sides are of one program. Rejects with ControlError or NoAnswerError. */
export type AskAdminApi = <Body>(method: string, path: string, body?: object) => Promise<Body>;

/** Asks a running server. `approverKey`: gives the right to give away the right to answer approvals. */
export function askAdminApi(client: ControlClient, approverKey: string | undefined): AskAdminApi {
  const headers = approverKey === undefined ? {} : { authorization: `Bearer ${approverKey}` };
  return async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const response = await client.open(method, path, body, { headers });
    const answer = await readAnswer(response);
    const status = response.statusCode ?? 0;
    if (status >= 400) throw new ControlError(status, messageOf(answer));
    // Proof for the cast: see above.
    return answer as Body;
  };
}
