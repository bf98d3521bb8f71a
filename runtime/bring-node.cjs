// Runs at the end of `npm ci` in a checkout, as the script "prepare". Where the Node that npm puts first is too old for
// Turnpike, it installs the one that this folder's lockfile pins and lays its program into `node_modules/.bin`, where `npm start`
// and `npm run` look first. Old syntax on purpose, as in the launcher.
"use strict";

var spawnSync = require("child_process").spawnSync;
var fs = require("fs");
var path = require("path");
var leastNode = require("../bin/least-node.cjs");

var PACKAGES = path.join(__dirname, "node_modules");
var BIN = path.join(__dirname, "..", "node_modules", ".bin");
var PROGRAM = process.platform === "win32" ? "node.exe" : "node";

function npm(args) {
  var options = { cwd: __dirname, stdio: ["ignore", "ignore", "inherit"] };
  // npm tells its scripts where it is itself.
  var file = process.env.npm_execpath;
  return file
    ? spawnSync(process.execPath, [file].concat(args), options)
    : spawnSync("npm", args, Object.assign({ shell: true }, options));
}

/** The installed package of this platform, if there is one for it. */
function findProgram() {
  var names = fs.existsSync(PACKAGES) ? fs.readdirSync(PACKAGES) : [];
  var programs = names.map(function (name) {
    return path.join(PACKAGES, name, "bin", PROGRAM);
  });
  return programs.find(fs.existsSync);
}

function bringNode() {
  npm(["ci", "--include=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
  var program = findProgram();
  var runs = program !== undefined && spawnSync(program, ["--version"]).status === 0;
  if (runs) {
    fs.mkdirSync(BIN, { recursive: true });
    fs.renameSync(program, path.join(BIN, PROGRAM));
  }
  // The rest of the package is headers.
  fs.rmSync(PACKAGES, { recursive: true, force: true });
  return runs;
}

if (leastNode.isTooOld(process.versions.node) && !bringNode()) {
  process.stderr.write(
    leastNode.sayTooOld(process.versions.node) +
      " A newer one could not be installed beside it: please install it yourself.\n",
  );
  process.exit(1);
}
