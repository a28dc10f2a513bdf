import { describe, expect, it } from "vitest";
import { gathered, gatheredBy } from "../../../src/state/gathered.ts";

interface Disk {
  readonly writes: readonly (readonly string[])[];
  write(items: readonly string[]): Promise<void>;
  /** Lets the oldest write that is under way end. */
  end(error?: Error): Promise<void>;
}

function aDisk(): Disk {
  const writes: (readonly string[])[] = [];
  const open: ((error?: Error) => void)[] = [];
  return {
    writes,
    write(items) {
      writes.push(items);
      return new Promise((done, fail) => {
        open.push((error) => {
          if (error === undefined) done();
          else fail(error);
        });
      });
    },
    async end(error) {
      open.shift()?.(error);
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    },
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe("gathered writes", () => {
  it("write what came meanwhile at once, in its order, and promise nothing before it is written", async () => {
    const disk = aDisk();
    const append = gathered<string>((items) => disk.write(items));
    const done: string[] = [];
    const ask = (item: string): void => {
      void append(item).then(() => done.push(item));
    };
    ask("a");
    ask("b");
    await settle();
    ask("c");
    ask("d");
    ask("e");
    await settle();
    expect(disk.writes).toEqual([["a", "b"]]);
    expect(done).toEqual([]);
    await disk.end();
    expect(done).toEqual(["a", "b"]);
    expect(disk.writes).toEqual([
      ["a", "b"],
      ["c", "d", "e"],
    ]);
    await disk.end();
    expect(done).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("fail together with what they were written with, and go on afterwards", async () => {
    const disk = aDisk();
    const append = gathered<string>((items) => disk.write(items));
    const first = Promise.allSettled([append("a"), append("b")]);
    await settle();
    await disk.end(new Error("full"));
    expect((await first).map(({ status }) => status)).toEqual([
      "rejected",
      "rejected",
    ]);
    const next = append("c");
    await settle();
    await disk.end();
    await expect(next).resolves.toBeUndefined();
  });

  it("are never shared between two holders", async () => {
    const disk = aDisk();
    const append = gatheredBy(
      (holder: { name: string }, items: readonly string[]) =>
        disk.write(items.map((item) => `${holder.name}${item}`)),
    );
    const [one, two] = [{ name: "1" }, { name: "2" }];
    const all = Promise.all([
      append(one, "a"),
      append(two, "a"),
      append(one, "b"),
    ]);
    await settle();
    expect(disk.writes).toEqual([["1a", "1b"], ["2a"]]);
    await disk.end();
    await disk.end();
    await all;
  });
});
