#!/usr/bin/env node
// The launcher. CommonJS and old syntax on purpose: a Node that is too old for Turnpike must still get as far as the
// message below instead of a syntax error.
"use strict";

var fs = require("fs");
var path = require("path");
var url = require("url");

var LEAST = [22, 18];

function isTooOld(version) {
  var parts = version.split(".").map(Number);
  return parts[0] < LEAST[0] || (parts[0] === LEAST[0] && parts[1] < LEAST[1]);
}

/** Turnpike uses node:sqlite knowingly; on Node 22 each start would warn the person about it. */
function silenceSqliteWarning() {
  var emitWarning = process.emitWarning;
  process.emitWarning = function (warning) {
    if (String(warning).indexOf("SQLite is an experimental feature") === 0) return;
    emitWarning.apply(process, arguments);
  };
}

function run() {
  var source = path.join(__dirname, "..", "src", "cli", "turnpike.ts");
  // A source checkout runs unbuilt; the published package has no src.
  var program = fs.existsSync(source) ? source : path.join(__dirname, "..", "dist", "cli", "turnpike.js");
  silenceSqliteWarning();
  var args = process.argv.slice(2);
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
        console.error(error);
        process.exit(1);
      },
    );
}

if (isTooOld(process.versions.node)) {
  console.error(
    "Turnpike needs Node " +
      LEAST.join(".") +
      " or newer, and this is Node " +
      process.versions.node +
      ". `npm start` in Turnpike's folder brings a Node of its own.",
  );
  process.exit(1);
} else {
  run();
}
