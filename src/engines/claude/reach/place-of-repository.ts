import { isInside } from "../../../lib/is-inside.ts";
import type { Repository } from "../git/find-repository.ts";
import { isOwnWorktree } from "../git/is-own-worktree.ts";
import { locateRepository } from "../git/locate-repository.ts";
import { strayPaths } from "../git/stray-paths.ts";
import { type Place, placeOf, type Reach, worstOf } from "./reach.ts";
import { realPath } from "./real-path.ts";

/** `around`: the folder is a part of a repository, the rest of which lies outside. */
export type RepositoryPlace = Place | "around";

/**
 * Where git reads in a folder that exists: by its work tree, its own data, and what those lead to. `inside` where there is no
 * repository.
 */
export async function placeOfRepository(folder: string, reach: Reach): Promise<RepositoryPlace> {
  const { environment } = reach;
  const found = await locateRepository(folder, environment).catch(() => "unclear" as const);
  if (found === "unclear") return "outside";
  if (!found) return "inside";
  const root = await placeOf(found.root, reach);
  if (root === "private") return "private";
  const data = [...new Set([found.gitFolder, found.commonFolder])];
  const places = await Promise.all(data.map((path) => placeOf(path, reach)));
  if (places.includes("private")) return "private";
  if (root === "outside") {
    // What lies in a turn's folders can have sent git anywhere.
    const isAround = places.every((place) => place === "outside") && (await isPart(folder, found));
    return isAround ? "around" : "outside";
  }
  if (places.includes("outside") && !(await isOwnWorktree(found, environment))) return "outside";
  const strays = await Promise.all(data.filter((_, index) => places[index] === "inside").map(strayPaths));
  const known = strays.flatMap((paths) => paths ?? []);
  const led = worstOf(await Promise.all(known.map((path) => placeOf(path, reach))));
  return strays.includes(undefined) && led === "inside" ? "outside" : led;
}

/** Whether git has gone upwards from the folder, and nothing has led it elsewhere. */
async function isPart(folder: string, { root, gitFolder }: Repository): Promise<boolean> {
  const [part, whole, data] = await Promise.all([folder, root, gitFolder].map((path) => realPath(path)));
  return isInside(part ?? "", whole ?? "/") && data === (await realPath(`${whole}/.git`));
}
