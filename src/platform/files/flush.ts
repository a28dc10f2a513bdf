import { fdatasync, fsync } from "node:fs";

/**
 * Waits until a file or folder is on disk, without holding up the requests that are under way.
 * @throws the system's error.
 */
export function flush(handle: number): Promise<void> {
  return new Promise((done, fail) => {
    fsync(handle, (error) => {
      if (error === null) done();
      else fail(error);
    });
  });
}

/** As {@link flush}, without the times of the file. */
export function flushData(handle: number): Promise<void> {
  return new Promise((done, fail) => {
    fdatasync(handle, (error) => {
      if (error === null) done();
      else fail(error);
    });
  });
}
