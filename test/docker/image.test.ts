import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

import { copyCheckout } from "../integration/copy-checkout.ts";
import { buildImage, type Image } from "./build-image.ts";
import { makeNodeRoot, whyNoRoot } from "./debian-root.ts";
import { composeSchema } from "./compose-file.ts";
import { runContainer } from "./run-container.ts";

const UID = 1234;

const why = whyNoRoot();
const isPlayed = process.env["TURNPIKE_TEST_IMAGE"] !== undefined && why === undefined;
const { services } = composeSchema.parse(
  parse(readFileSync(join(import.meta.dirname, "../../compose.yaml"), "utf8")),
);

const ASK = `
  const answer = await fetch("http://127.0.0.1:4141/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer tp-key-of-the-container" },
    body: JSON.stringify({ model: "claude-code", messages: [{ role: "user", content: "Hello" }] }),
  });
  console.log(answer.status, (await answer.json()).choices?.[0].message.content);`;

describe.skipIf(!isPlayed)(
  `the Dockerfile${isPlayed ? "" : ` (not played: ${why ?? "TURNPIKE_TEST_IMAGE is not set"})`}`,
  () => {
    let folder: string;
    let image: Image;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "turnpike-image-"));
      // In memory: some 100,000 files are copied, and forgotten at the end.
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=8g,mode=755", "tmpfs", folder]);
      const base = join(folder, "base");
      const context = join(folder, "checkout");
      await Promise.all([makeNodeRoot(base), copyCheckout(context)]);
      image = await buildImage({
        context,
        base,
        folder,
        buildArguments: { UID: String(UID), GID: String(UID) },
      });
    }, 600_000);
    afterAll(() => {
      execFileSync("umount", ["--lazy", folder]);
      rmdirSync(folder);
    });

    test("its container answers as compose.yaml runs it: read-only, not as root, with no capability", async () => {
      const service = services["turnpike"];
      expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"] });
      const [tmpfs = ""] = service?.tmpfs ?? [];
      const [target = "", options = ""] = tmpfs.split(":");
      const mounts = (service?.volumes ?? []).map((volume) => {
        const isNamed = typeof volume === "string";
        const place = isNamed ? volume.replace(/^[^:]*:/, "") : volume.target;
        const source = join(folder, place.replaceAll("/", "_"));
        // A new volume begins with what the image has there.
        if (isNamed) execFileSync("cp", ["-a", join(image.root, place), source]);
        else {
          mkdirSync(source);
          chownSync(source, UID, UID);
        }
        return { target: place, source };
      });
      const container = runContainer({
        image,
        mounts: [...mounts, { target, options }],
        args: ["--demo"],
        environment: { TURNPIKE_API_KEY: "tp-key-of-the-container" },
      });
      onTestFinished(() => container.end());
      // Nothing listens yet.
      expect(await container.exec(...image.healthCommand)).toMatchObject({ code: 1 });
      await container.untilSays(/Claude Code is ready/);
      expect(await container.exec(...image.healthCommand)).toMatchObject({ code: 0 });
      const asked = await container.exec("node", "--input-type=module", "--eval", ASK);
      expect(asked.output).toMatch(/^200 .*Hello/);

      const state = await container.exec("cat", "/proc/self/status");
      expect(state.output).toMatch(new RegExp(`^Uid:\\t${UID}\\t${UID}\\t${UID}\\t${UID}$`, "m"));
      expect(state.output).toMatch(/^Cap(Eff|Bnd):\t0+$/m);
      expect(state.output).toMatch(/^NoNewPrivs:\t1$/m);
      const written = await container.exec("sh", "-c", "touch /app/x /home/node/x /usr/x");
      expect(written.output.match(/Read-only file system/g)).toHaveLength(3);
      expect(await container.exec("git", "--version")).toMatchObject({ code: 0 });
      expect(await container.exec("claude", "--version")).toMatchObject({ code: 0 });

      container.kill("SIGTERM");
      expect(await container.finished).toMatchObject({ code: 0 });
    });
  },
);
