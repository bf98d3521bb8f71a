// Old syntax on purpose, as in the launcher.
"use strict";

var LEAST = [22, 18];

function isTooOld(version) {
  var parts = version.split(".").map(Number);
  return parts[0] < LEAST[0] || (parts[0] === LEAST[0] && parts[1] < LEAST[1]);
}

function sayTooOld(version) {
  return "Turnpike needs Node " + LEAST.join(".") + " or newer, and this is Node " + version + ".";
}

exports.isTooOld = isTooOld;
exports.sayTooOld = sayTooOld;
