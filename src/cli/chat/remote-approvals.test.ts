import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { findControlAddress } from "../../config/data-folder/control-address.ts";
import { AppError } from "../../core/words/app-error.ts";
import { ControlClient, NoAnswerError } from "../daemon/control-client.ts";
import { RemoteApprovals } from "./remote-approvals.ts";
import { waitFor } from "../../../test/wait-for.ts";

/** A server whose feed of approvals the test writes. */
async function startFeed() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-feed-")));
  const begun = Promise.withResolvers<ServerResponse>();
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(request.method === "GET" ? ": hello\n\n" : '{"sta');
    if (request.method === "GET") begun.resolve(response);
    else response.destroy();
  });
  const address = findControlAddress(folder) ?? "";
  await new Promise<void>((resolve) => server.listen(address, resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const approvals = new RemoteApprovals(new ControlClient(address), "key");
  const followed = approvals.follow(new AbortController().signal);
  followed.catch(() => {});
  const feed = await begun.promise;
  const send = (type: string, id: string, turnId: string) =>
    feed.write(
      `data: ${JSON.stringify({
        type: `approval.${type}`,
        approval: { id, turn_id: turnId, conversation_name: "x", status: "allowed" },
      })}\n\n`,
    );
  const listed = () => approvals.list().map(({ id }) => id);
  return { approvals, followed, feed, send, listed };
}

test("only the approvals of the chat's turns are asked, also one that came before its turn was known", async () => {
  const { approvals, send, listed } = await startFeed();
  send("requested", "over", "mine");
  send("resolved", "over", "mine");
  send("requested", "early", "mine");
  send("requested", "other", "foreign");
  send("requested", "first", "known");
  approvals.askAbout("known");
  await waitFor(() => expect(listed()).toEqual(["first"]));
  approvals.askAbout("mine");
  expect(listed()).toEqual(["first", "early"]);
  send("requested", "late", "mine");
  send("resolved", "first", "known");
  await waitFor(() => expect(listed()).toEqual(["early", "late"]));
});

test("a connection that is cut is an answer that did not come", async () => {
  const { approvals, followed, feed } = await startFeed();
  await expect(approvals.decide("a", { type: "allow" })).rejects.toBeInstanceOf(AppError);
  feed.destroy();
  await expect(followed).rejects.toBeInstanceOf(NoAnswerError);
});
