// Runs at the end of `npm ci` in a checkout, as part of the script "prepare": builds the dashboard into `dist/dashboard`. Where what
// builds it is not installed (`npm ci --omit=dev`) there is nothing to do: the server says that it has none. Old syntax on purpose,
// as in the launcher.
"use strict";

var spawnSync = require("child_process").spawnSync;
var fs = require("fs");
var path = require("path");

var ROOT = path.join(__dirname, "..");
var VITE = path.join(ROOT, "node_modules", "vite", "bin", "vite.js");

// What is packed has been built by "prepack".
var isPacking = /^(pack|publish)$/.test(process.env.npm_command || "");

if (!isPacking && fs.existsSync(VITE)) {
  // npm puts the Node that Turnpike brings first, which may be a newer one than runs this.
  var built = spawnSync("node", [VITE, "build", "dashboard", "--logLevel", "warn"], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  process.exit(built.status === null ? 1 : built.status);
}
