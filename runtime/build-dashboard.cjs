// Builds the dashboard into `dist/dashboard`, with the packages that `dashboard` has for itself: where they are not installed, they
// are for the time of the build. Old syntax on purpose, as in the launcher.
"use strict";

var spawnSync = require("child_process").spawnSync;
var fs = require("fs");
var path = require("path");
var packages = require("./bring-packages.cjs");

var ROOT = path.join(__dirname, "..");
var VITE = path.join(ROOT, "node_modules", "vite", "bin", "vite.js");

function canBuildDashboard() {
  return fs.existsSync(VITE);
}

/** Returns whether it worked. */
function buildDashboard() {
  var isBrought = packages.bringPackages("dashboard");
  // npm puts the Node that Turnpike brings first, which may be a newer one than runs this.
  var ended = spawnSync("node", [VITE, "build", "dashboard", "--logLevel", "warn"], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (isBrought) packages.removePackages("dashboard");
  return ended.status === 0;
}

exports.canBuildDashboard = canBuildDashboard;
exports.buildDashboard = buildDashboard;

if (require.main === module) process.exit(buildDashboard() ? 0 : 1);
