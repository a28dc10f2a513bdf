/**
 * The only place that opens, reads, writes or removes files. Every way is looked at before and
 * after, nothing is followed that others may have put there, and what is not finished is taken
 * away. Never here: what the files mean.
 */
export {
  asFileError,
  FileError,
  inWords,
  type FileProblem,
  type FileWords,
} from "./file-error.ts";
export { isWithin, pathOf, placeIn, placeNamed, type Place } from "./place.ts";
export {
  openPlain,
  readBytes,
  readBytesIfThere,
  type NotRead,
} from "./read.ts";
export { listFolder } from "./folders.ts";
export { readHandedOver, readOwnFile } from "./pipe.ts";
export { readVariableFile } from "./variable-file.ts";
export { createFile, PRIVATE_FILE, replaceFile, SHARED_FILE } from "./write.ts";
export { writeAll, type FileWrite } from "./write-all.ts";
export { Scratch, sweepScratch } from "./scratch.ts";
export {
  appendPrivate,
  assertPrivate,
  createPrivate,
  createPrivateNow,
  listPrivate,
  LOCAL_FOLDER,
  openPrivate,
  readPrivate,
  removePrivate,
  replacePrivate,
  replacePrivateNow,
  takeAwayPrivate,
  touchPrivate,
  truncatePrivate,
  type Appender,
} from "./private-files.ts";
