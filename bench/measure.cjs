"use strict";
// Loaded before a program that is measured: tells its own CPU time and largest memory at its end.
const { writeSync } = require("node:fs");
process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpu = (userCPUTime + systemCPUTime) / 1000;
  writeSync(3, JSON.stringify({ cpu, rss: maxRSS / 1024 }));
});
