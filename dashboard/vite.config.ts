import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { NONCE_MARK } from "../src/http/dashboard/content-security-policy.ts";

/** Where a server runs while somebody works on the dashboard with `npx vite dashboard`. */
const SERVER = "http://127.0.0.1:4141";

// Whatever the shell's is: with another one React is the one for developers, three times as large.
if (process.argv.includes("build")) process.env["NODE_ENV"] = "production";

export default defineConfig({
  root: import.meta.dirname,
  base: "/dashboard/",
  plugins: [react()],
  // The server puts another one in its place each time.
  html: { cspNonce: NONCE_MARK },
  build: {
    outDir: "../dist/dashboard",
    emptyOutDir: true,
    target: "es2022",
    // The policy lets no page load from a data: address but images.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // In kB. What all pages share is larger than Vite thinks good; how much the first page loads has a test.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      output: {
        // What several pages need comes in one file: browsers ask a server over HTTP/1.1 for six at a time, and would wait for sixty.
        codeSplitting: { groups: [{ name: "shared", minShareCount: 2 }] },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ["/admin", "/v1", "/health", "/ws"].map((path) => [path, { target: SERVER, ws: path === "/ws" }]),
    ),
  },
});
