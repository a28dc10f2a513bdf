/**
 * A disk that refuses. Wraps the synchronous and callback functions of node:fs, so that from the n-th call on below a folder they fail as the
 * system would. Loaded into the built program with --require (the rule comes from TIELINE_TEST_FAULT), or used in process by tests.
 */
"use strict";
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");

/** What each call does to a disk: `names` change folders, `room` need space, `look` only read, `open` is by its flags. */
const CALLS = {
  openSync: "open",
  readSync: "look",
  readdirSync: "look",
  writeSync: "room",
  fsyncSync: "room",
  fsync: "room",
  fdatasync: "room",
  mkdirSync: "room",
  linkSync: "room",
  renameSync: "room",
  copyFileSync: "room",
  fchmodSync: "names",
  ftruncateSync: "names",
  rmSync: "undo",
  rmdirSync: "undo",
};

/** Which kinds of calls a system's word fits. */
const KINDS = {
  ENOSPC: ["room", "create"],
  EDQUOT: ["room", "create"],
  EFBIG: ["write"],
  EIO: ["room", "create", "look", "open"],
  EROFS: ["room", "names", "create", "append"],
  EACCES: ["room", "names", "create", "append", "open"],
  EPERM: ["room", "names", "create", "append", "open"],
  EMFILE: ["open", "create", "append", "list"],
  ENFILE: ["open", "create", "append", "list"],
};

function kindsOf(call, args) {
  if (call === "openSync") {
    const flags = typeof args[1] === "number" ? args[1] : 0;
    const { O_CREAT, O_WRONLY, O_RDWR } = fs.constants;
    if (flags & O_CREAT) return ["create"];
    return [flags & (O_WRONLY | O_RDWR) ? "append" : "open"];
  }
  if (call === "writeSync") return ["room", "write"];
  if (call === "readdirSync") return ["look", "list"];
  return [CALLS[call]];
}

/** @param rule {within, code, at, isOnce} - `at` counts from 1; without `at` nothing fails and calls are counted. */
function install(rule) {
  const originals = {};
  const paths = new Map();
  const wanted = KINDS[rule.code] ?? Object.values(KINDS).flat();
  let count = 0;
  let hasFailed = false;
  const pathOf = (arg) =>
    typeof arg === "number" ? paths.get(arg) : String(arg);
  const fails = (call, args) => {
    const path = pathOf(args[0]);
    if (path === undefined || !path.startsWith(rule.within)) return undefined;
    const kinds = kindsOf(call, args);
    const isUndo = kinds.includes("undo") && wanted.includes("names");
    // What takes things away is refused as well, but is never the one call that is.
    if (isUndo && !rule.isOnce && hasFailed) return refusal(call, path);
    if (!kinds.some((kind) => wanted.includes(kind))) return undefined;
    count += 1;
    if (rule.at === undefined || count < rule.at) return undefined;
    if (rule.isOnce && hasFailed) return undefined;
    hasFailed = true;
    return refusal(call, path);
  };
  const refusal = (call, path) => {
    const syscall = call.replace(/Sync$/u, "").replace("readdir", "scandir");
    return Object.assign(new Error(`${rule.code}: made up, ${syscall}`), {
      code: rule.code,
      errno: -1,
      syscall,
      path,
    });
  };
  for (const call of Object.keys(CALLS)) {
    const original = fs[call];
    originals[call] = original;
    fs[call] = (...args) => {
      const error = fails(call, args);
      if (error === undefined) {
        const result = original(...args);
        if (call === "openSync") paths.set(result, String(args[0]));
        return result;
      }
      const callback = args.at(-1);
      if (typeof callback !== "function") throw error;
      process.nextTick(callback, error);
      return undefined;
    };
  }
  syncBuiltinESMExports();
  return {
    count: () => count,
    hasFailed: () => hasFailed,
    uninstall: () => {
      Object.assign(fs, originals);
      syncBuiltinESMExports();
    },
  };
}

module.exports = { install };

if (process.env.TIELINE_TEST_FAULT !== undefined) {
  const rule = JSON.parse(process.env.TIELINE_TEST_FAULT);
  const write = fs.writeFileSync;
  const disk = install(rule);
  if (rule.report !== undefined)
    process.on("exit", () => {
      write(rule.report, JSON.stringify({ count: disk.count() }));
    });
}
