import type { APIRequestContext } from "playwright-core";

import type { RunningServer } from "../../src/cli/running-server.ts";
import type { InvitedUserBody, SessionBody } from "../../src/protocols/admin/user-schemas.ts";

export const PASSWORD = "correct horse battery staple";

/** Makes the first administrator of a server, and signs this browser in. */
export async function becomeAdmin(
  server: RunningServer,
  request: APIRequestContext,
  name = "ada",
): Promise<SessionBody> {
  const link = await server.linkFirstAdmin();
  if (link === undefined) throw new Error("There is an administrator already.");
  return followLink(link, request, name);
}

/** Invites somebody, and signs another browser in with that. */
export async function invite(
  server: Pick<RunningServer, "url">,
  admin: { readonly request: APIRequestContext; readonly session: SessionBody },
  user: { readonly name: string; readonly role: "admin" | "viewer" },
  guest: APIRequestContext,
): Promise<SessionBody> {
  const response = await admin.request.post(`${server.url}/admin/api/users`, {
    data: user,
    headers: { "x-csrf-token": admin.session.csrf_token },
  });
  if (!response.ok()) throw new Error(await response.text());
  // Proof for the cast: the tests of the route check its answers.
  const { link } = (await response.json()) as InvitedUserBody;
  return followLink(link, guest);
}

async function followLink(link: string, request: APIRequestContext, name?: string): Promise<SessionBody> {
  const { origin, hash } = new URL(link);
  const response = await request.post(`${origin}/admin/api/link/use`, {
    data: { token: hash.slice(1), password: PASSWORD, ...(name !== undefined && { name }) },
  });
  if (!response.ok()) throw new Error(await response.text());
  // Proof for the cast: as above.
  return (await response.json()) as SessionBody;
}
