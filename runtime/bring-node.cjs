// Where the Node that npm puts first is too old for Turnpike, this installs the one that this folder's lockfile pins and lays its
// program into `node_modules/.bin`, where `npm start` and `npm run` look first. With `--for-tests` also where it is another than the
// tests are known to run on. Old syntax on purpose, as in the launcher.
"use strict";

var spawnSync = require("child_process").spawnSync;
var fs = require("fs");
var path = require("path");
var leastNode = require("../bin/least-node.cjs");
var installLocked = require("./install-locked.cjs").installLocked;

var PACKAGES = path.join(__dirname, "node_modules");
var BIN = path.join(__dirname, "..", "node_modules", ".bin");
var PROGRAM = process.platform === "win32" ? "node.exe" : "node";
var TESTED = /^24\./;

/** The installed package of this platform, if there is one for it. */
function findProgram() {
  var names = fs.existsSync(PACKAGES) ? fs.readdirSync(PACKAGES) : [];
  var programs = names.map(function (name) {
    return path.join(PACKAGES, name, "bin", PROGRAM);
  });
  return programs.find(fs.existsSync);
}

function bringNode() {
  installLocked(__dirname);
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

var isOurs = fs.existsSync(path.join(BIN, PROGRAM));
var isForTests = process.argv[2] === "--for-tests" && !isOurs && !TESTED.test(process.versions.node);

if (leastNode.isTooOld(process.versions.node)) {
  if (!bringNode()) {
    process.stderr.write(
      leastNode.sayTooOld(process.versions.node) +
        " A newer one could not be installed beside it: please install it yourself.\n",
    );
    process.exit(1);
  }
} else if (isForTests) {
  // There is none for each machine; then they run on its own.
  bringNode();
}
