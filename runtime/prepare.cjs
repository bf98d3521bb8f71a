// Runs at the end of `npm ci` in a checkout, as the script "prepare": brings a Node where the machine's is too old, and builds the
// dashboard. Where what builds it is not installed (`npm ci --omit=dev`) the server says that it has none. Old syntax on purpose, as
// in the launcher.
"use strict";

var spawn = require("child_process").spawn;
var path = require("path");
var packages = require("./bring-packages.cjs");
var dashboard = require("./build-dashboard.cjs");

// What is packed has been built by "prepack".
var isPacking = /^(pack|publish)$/.test(process.env.npm_command || "");
var builds = !isPacking && dashboard.canBuildDashboard();

var node = spawn(process.execPath, [path.join(__dirname, "bring-node.cjs")], { stdio: "inherit" });
// At the same time.
var isBrought = builds && packages.bringPackages("dashboard");
node.on("exit", function (code) {
  var worked = code === 0 && (!builds || dashboard.buildDashboard());
  if (isBrought) packages.removePackages("dashboard");
  process.exit(worked ? 0 : 1);
});
