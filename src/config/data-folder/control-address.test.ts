import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { controlFile, findControlAddress } from "./control-address.ts";

describe.skipIf(process.platform === "win32")("where the command line looks for the server", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "turnpike-"));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(root, { recursive: true });
  });

  const elsewhere = () => join(root, "elsewhere");
  const link = () => symlinkSync(join(elsewhere(), "a.sock"), controlFile(root));

  test("the socket of the data folder, whether it is there or not", () => {
    expect(findControlAddress(root)).toBe(controlFile(root));
    writeFileSync(controlFile(root), "");
    expect(findControlAddress(root)).toBe(controlFile(root));
  });

  test("a link is followed into a folder that is this user's alone", () => {
    mkdirSync(elsewhere(), { mode: 0o700 });
    link();
    expect(findControlAddress(root)).toBe(join(elsewhere(), "a.sock"));
  });

  test("a link into no folder, one that others may look into, a link to one, or somebody else's leads nowhere", () => {
    link();
    expect(findControlAddress(root)).toBeUndefined();
    mkdirSync(elsewhere());
    chmodSync(elsewhere(), 0o711);
    expect(findControlAddress(root)).toBeUndefined();
    chmodSync(elsewhere(), 0o700);
    vi.spyOn(process, "getuid").mockReturnValue((process.getuid?.() ?? 0) + 1);
    expect(findControlAddress(root)).toBeUndefined();
    vi.restoreAllMocks();
    expect(findControlAddress(root)).toBeDefined();
    rmSync(elsewhere(), { recursive: true });
    mkdirSync(join(root, "own"), { mode: 0o700 });
    symlinkSync(join(root, "own"), elsewhere());
    expect(findControlAddress(root)).toBeUndefined();
  });
});
