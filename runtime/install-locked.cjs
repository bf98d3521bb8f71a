// Old syntax on purpose, as in the launcher.
"use strict";

var spawnSync = require("child_process").spawnSync;

/** Installs in `folder`, quietly but for errors, what the lockfile there pins; whether that worked. No package's script runs. */
function installLocked(folder) {
  var args = ["ci", "--include=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  // npm hands the settings of the command that runs a script on to it, and these folders have not got the root's.
  args.push("--legacy-peer-deps=false");
  var options = { cwd: folder, stdio: ["ignore", "ignore", "inherit"] };
  // npm tells its scripts where it is itself.
  var file = process.env.npm_execpath;
  var ended = /npm-cli\.c?js$/.test(file || "")
    ? spawnSync(process.execPath, [file].concat(args), options)
    : spawnSync("npm", args, Object.assign({ shell: true }, options));
  return ended.status === 0;
}

exports.installLocked = installLocked;
