/**
 * What a standalone executable runs first. It loads the files of the program from inside of itself,
 * each when it is asked for, and writes none of them anywhere.
 */
"use strict";
const { getAsset, getAssetKeys } = require("node:sea");
const { compileFunction } = require("node:vm");

const PARAMETERS = ["exports", "require", "module"];
const inside = new Set(getAssetKeys());
const loaded = new Map();

/** What `require` is to those files: what is inside, and what Node.js brings, and nothing else. */
function load(id) {
  if (!inside.has(id)) return require(id);
  const known = loaded.get(id);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(id, module);
  const text = getAsset(id, "utf8").replace(/^#!.*/, "");
  const run = compileFunction(text, PARAMETERS, { filename: id });
  run(module.exports, load, module);
  return module.exports;
}

load("./tieline.cjs");
