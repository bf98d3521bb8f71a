import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);

/** A file as it is sent. */
export interface DashboardFile {
  readonly type: string;
  readonly etag: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Absent where it would not be smaller. */
  readonly compressed?: Uint8Array<ArrayBuffer>;
}

export interface DashboardFiles {
  /** By its path in the build, such as `assets/index-1234.js`; undefined for what the build has not. */
  find(path: string): Promise<DashboardFile> | undefined;
}

/** In a checkout and in the package alike. */
const BUILD = join(import.meta.dirname, "../../../dist/dashboard");

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const LEAST_COMPRESSED_BYTES = 1_024;

/**
 * The built dashboard; undefined when there is none. Only what lies in the folder now is ever found, so no path leads out of it;
 * each file is read when it is first asked for, and kept.
 */
export async function openDashboardFiles(folder: string = BUILD): Promise<DashboardFiles | undefined> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const paths = new Set(
    names.map((name) => name.replaceAll("\\", "/")).filter((path) => extname(path) in TYPES),
  );
  if (!paths.has("index.html")) return undefined;
  const files = new Map<string, Promise<DashboardFile>>();
  return {
    find(path) {
      if (!paths.has(path)) return undefined;
      const file = files.get(path) ?? readDashboardFile(join(folder, path));
      files.set(path, file);
      // What could not be read is tried again.
      file.catch(() => files.delete(path));
      return file;
    },
  };
}

async function readDashboardFile(file: string): Promise<DashboardFile> {
  const body = Uint8Array.from(await readFile(file));
  const compressed = body.length < LEAST_COMPRESSED_BYTES ? body : await compress(body, { level: 9 });
  return {
    type: TYPES[extname(file)] ?? "application/octet-stream",
    etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
    body,
    ...(compressed.length < body.length && { compressed: Uint8Array.from(compressed) }),
  };
}
