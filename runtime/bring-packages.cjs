// Installs the packages that a folder of this checkout has for itself, unless they lie there already: in `test` what only tests use,
// in `dashboard` what the dashboard is made of. So `npm ci` brings no more than runs Turnpike. At the terminal:
// `node runtime/bring-packages.cjs FOLDER…`. Old syntax on purpose, as in the launcher.
"use strict";

var fs = require("fs");
var path = require("path");
var installLocked = require("./install-locked.cjs").installLocked;

var ROOT = path.join(__dirname, "..");
/** Beside the packages: the lockfile that they were installed from. */
var ORIGIN = ".installed-from.json";

function packagesOf(folder) {
  return path.join(ROOT, folder, "node_modules");
}

function hasPackages(folder) {
  var origin = path.join(packagesOf(folder), ORIGIN);
  var lockfile = path.join(ROOT, folder, "package-lock.json");
  return fs.existsSync(origin) && fs.readFileSync(origin).equals(fs.readFileSync(lockfile));
}

function installIn(place, folder) {
  ["package.json", "package-lock.json"].forEach(function (file) {
    fs.copyFileSync(path.join(ROOT, folder, file), path.join(place, file));
  });
  if (!installLocked(place)) throw new Error("The packages of `" + folder + "` could not be installed.");
  fs.renameSync(path.join(place, "package-lock.json"), path.join(place, "node_modules", ORIGIN));
}

/** Where two processes do it at once both install, and one is used. */
function putInPlace(place, folder) {
  if (hasPackages(folder)) return;
  removePackages(folder);
  try {
    fs.renameSync(path.join(place, "node_modules"), packagesOf(folder));
  } catch (error) {
    if (!hasPackages(folder)) throw error;
  }
}

/** Returns whether it had to. They come whole or not at all, whatever ends this process. */
function bringPackages(folder) {
  if (hasPackages(folder)) return false;
  var place = fs.mkdtempSync(path.join(ROOT, folder, ".packages-"));
  try {
    installIn(place, folder);
    putInPlace(place, folder);
  } finally {
    fs.rmSync(place, { recursive: true, force: true });
  }
  return true;
}

function removePackages(folder) {
  fs.rmSync(packagesOf(folder), { recursive: true, force: true });
}

/** For who waits for it. */
function sayAndBringPackages(folder) {
  if (hasPackages(folder)) return;
  process.stderr.write(
    "Installing the packages of `" + folder + "`, which `npm ci` leaves out. This happens once.\n",
  );
  bringPackages(folder);
}

exports.bringPackages = bringPackages;
exports.removePackages = removePackages;
exports.sayAndBringPackages = sayAndBringPackages;

if (require.main === module) {
  try {
    process.argv.slice(2).forEach(sayAndBringPackages);
  } catch (error) {
    process.stderr.write(error.message + "\n");
    process.exit(1);
  }
}
