import { access, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { holdsKey } from "../../config/data-folder/key-file.ts";
import { holdsSealKey } from "../../config/data-folder/seal-key-file.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";
import { codeOf } from "../../lib/error-code.ts";

/** The keys in the data folder that are used when the settings give none; their content is never shown. */
export const checkKeyFiles: Check = {
  name: "Keys",
  async run({ resolved, context }) {
    const { auth, dataDir } = resolved.config;
    const isModeTold = context.machine.platform !== "win32";
    const look = (name: "api-key" | "approver-key" | "seal-key", what: string) =>
      checkKeyFile(join(dataDir, name), what, {
        isModeTold,
        isUsable: (text) => (name === "seal-key" ? holdsSealKey(text) : holdsKey(name, text)),
      });
    return Promise.all([
      auth.noAuth
        ? warn("No API key is asked for (--no-auth): every program on this machine may use the server.")
        : auth.apiKeys.length > 0
          ? ok(`API keys: ${auth.apiKeys.length} configured`)
          : look("api-key", "API key"),
      auth.approverKeys.length > 0
        ? ok(`approver keys: ${auth.approverKeys.length} configured`)
        : look("approver-key", "approver key"),
      look("seal-key", "seal key"),
    ]);
  },
};

async function checkKeyFile(
  file: string,
  what: string,
  { isModeTold, isUsable }: { readonly isModeTold: boolean; readonly isUsable: (text: string) => boolean },
): Promise<Finding> {
  try {
    const { mode } = await stat(file);
    const text = await readFile(file, "utf8");
    if (text.trim() === "") return fail(`The ${what} file ${file} is empty.`, "Delete it for a new key.");
    if (!isUsable(text)) {
      return fail(`The ${what} file ${file} holds no key that a start can use.`, "Delete it for a new key.");
    }
    if (isModeTold && (mode & 0o077) !== 0) {
      return warn(
        `Others may read the ${what} file ${file}.`,
        "Delete it for a new key: this one may be known.",
      );
    }
    return ok(`${what} in ${file}`);
  } catch (error) {
    const code = codeOf(error) ?? String(error);
    if (code === "ENOENT") return ok(`${what}: made at the first start`);
    const fault = fail(
      `The ${what} file ${file} cannot be read (${code}).`,
      "Give it to this user with mode 0600.",
    );
    const isReached = await access(`${dirname(file)}/.`).then(
      () => true,
      () => false,
    );
    return isReached ? fault : { ...fault, follows: ["Data folder"] };
  }
}
