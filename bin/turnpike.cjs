#!/usr/bin/env node
// The launcher. CommonJS and old syntax on purpose: a Node that is too old for Turnpike must still get as far as the
// message below instead of a syntax error.
"use strict";

var fs = require("fs");
var nodeModule = require("module");
var path = require("path");
var url = require("url");
var leastNode = require("./least-node.cjs");

var ROOT = path.join(__dirname, "..");
var SOURCE = path.join(ROOT, "src", "cli", "turnpike.ts");
// A source checkout runs unbuilt; the published package has no src.
var IS_CHECKOUT = fs.existsSync(SOURCE);

/** Turnpike uses node:sqlite knowingly; on Node 22 each start would warn the person about it. */
function silenceSqliteWarning() {
  var emitWarning = process.emitWarning;
  process.emitWarning = function (warning) {
    if (String(warning).indexOf("SQLite is an experimental feature") === 0) return;
    emitWarning.apply(process, arguments);
  };
}

/** For what is said before the program is there to say it, or when it is not: no character that a terminal would obey. */
function say(text) {
  var safe = String(text).replace(/[^\n\x20-\x7e]/g, function (character) {
    return "\\u" + ("000" + character.charCodeAt(0).toString(16)).slice(-4);
  });
  process.stderr.write(safe + "\n");
}

function sayError(error) {
  say((error && error.stack) || error);
}

/** What helps where nothing has been installed yet, or not all of it. */
function sayMissing(name) {
  say(
    "The package " +
      name +
      " is not installed. " +
      (IS_CHECKOUT
        ? "`npm ci --omit=dev` in Turnpike's folder installs what it runs on."
        : "Please install Turnpike again."),
  );
}

function sayTooOld() {
  var hasOwn = ["node", "node.exe"].some(function (name) {
    return fs.existsSync(path.join(ROOT, "node_modules", ".bin", name));
  });
  var help = "";
  if (IS_CHECKOUT)
    help = hasOwn
      ? " `npm start` in Turnpike's folder brings a Node of its own."
      : " `npm ci --omit=dev` in Turnpike's folder installs a newer one there, for `npm start`.";
  say(leastNode.sayTooOld(process.versions.node) + help);
}

/** In place of Node's own words for them. */
function watchForTrouble() {
  process.on("uncaughtException", function (error) {
    // A server stops in order instead.
    if (process.listenerCount("uncaughtException") > 1) return;
    sayError(error);
    process.exit(1);
  });
  // There is none where the person wants none.
  if (process.listenerCount("warning") === 0) return;
  process.removeAllListeners("warning");
  process.on("warning", function (warning) {
    say(warning.name + ": " + warning.message);
  });
}

/** Reading some hundred source files takes a second or more: the person should see before that something happens. */
function announceServer(args) {
  var isServer = args[0] === undefined || args[0] === "serve" || args[0].charAt(0) === "-";
  var asksForWords = args.some(function (arg) {
    return /^(-h|--help|-v|-V|--version)$/.test(arg);
  });
  if (!isServer || asksForWords) return;
  process.stdout.on("error", function () {});
  process.stdout.write("Turnpike " + require("../package.json").version + " is starting.\n");
}

/**
 * Lets Node keep what it makes of the sources, with the packages that it runs on: the next start is there sooner. Not in a
 * folder of another user, who could not remove it.
 */
function keepCompiled() {
  var packages = path.join(ROOT, "node_modules");
  if (!fs.existsSync(packages)) return;
  var isOwn = !process.getuid || fs.statSync(packages).uid === process.getuid();
  // Where that does not work it only takes longer.
  if (isOwn) nodeModule.enableCompileCache(path.join(packages, ".cache", "turnpike"));
}

function run() {
  var args = process.argv.slice(2);
  announceServer(args);
  var program = IS_CHECKOUT ? SOURCE : path.join(ROOT, "dist", "cli", "turnpike.js");
  if (IS_CHECKOUT) keepCompiled();
  silenceSqliteWarning();
  watchForTrouble();
  // Every user of the machine, and every command of Claude's, can read a process's arguments: keys and passwords leave them here.
  process.title = "turnpike";
  import(url.pathToFileURL(program).href)
    .then(function (module) {
      return module.runTurnpike(args);
    })
    .then(
      function (exitCode) {
        process.exit(exitCode);
      },
      function (error) {
        var missing = /^Cannot find package '([^']+)'/.exec(error && error.message);
        if (missing) sayMissing(missing[1]);
        else sayError(error);
        process.exit(1);
      },
    );
}

if (leastNode.isTooOld(process.versions.node)) {
  sayTooOld();
  process.exit(1);
} else {
  run();
}
