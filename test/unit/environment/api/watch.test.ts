import { describe, expect, it } from "vitest";
import type {
  ListedConnection,
  LiveConnection,
} from "../../../../src/domain/connection.ts";
import { observe } from "../../../../src/environment/api/observe.ts";
import { watchPlatform } from "../../../../src/environment/api/watch.ts";
import type { PlannableEnvironment } from "../../../../src/environment/open.ts";
import { planIn } from "../../../../src/features/plan/plan-in.ts";
import type { ConnectionsReader } from "../../../../src/ports/connections-api.ts";

const PAGES = [
  ["a", "b"],
  ["c", "a"],
  ["d", "e"],
];
const OWNED = ["b", "d"];

function itemOf(key: string): ListedConnection {
  return { key, remoteId: `id-${key}` } as unknown as ListedConnection;
}

/** An API that counts, and whose pages come when they are let through. */
function anApi() {
  const asked: string[] = [];
  const gates: (() => void)[] = [];
  const api = {
    apiHost: "api.example",
    async *listPages(signal: AbortSignal) {
      for (const [index, page] of PAGES.entries()) {
        asked.push(`page ${String(index)}`);
        await new Promise<void>((resolve, reject) => {
          gates.push(resolve);
          signal.addEventListener("abort", () => {
            reject(new Error("ended"));
          });
        });
        yield page.map(itemOf);
      }
    },
    get: (item: ListedConnection) => {
      asked.push(item.key);
      return Promise.resolve({ key: item.key } as unknown as LiveConnection);
    },
  } as unknown as ConnectionsReader;
  const nextPage = async (): Promise<void> => {
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { api, asked, nextPage };
}

function contextOf(api: ConnectionsReader) {
  return {
    api,
    state: {
      place: "memory",
      readInventory: () =>
        Promise.resolve({
          environment: "dev",
          apiHost: "api.example",
          entries: OWNED.map((key) => ({ key })),
        }),
    } as unknown as PlannableEnvironment["state"],
    rules: { name: "dev" },
    sink: { emit: () => undefined },
    signal: new AbortController().signal,
  };
}

describe("reading ahead", () => {
  it("begins with the list and with what is owned, and reads the rest when it is told", async () => {
    const { api, asked, nextPage } = anApi();
    const watch = watchPlatform(contextOf(api));
    await nextPage();
    await nextPage();
    await nextPage();
    expect(asked).toEqual(["page 0", "b", "page 1", "page 2"]);
    const observed = watch.observation(new Set(["a", "b", "d", "e"]));
    await nextPage();
    const { live } = await observed;
    expect(asked.slice(4).sort()).toEqual(["a", "d", "e"]);
    expect(live.map(({ key }) => key)).toEqual(["a", "b", "d", "e"]);
  });

  it("asks for exactly what observing asks for, whenever the names become known", async () => {
    const wanted = new Set(["a", "b", "c", "d"]);
    const plain = anApi();
    const all = observe(
      plain.api,
      wanted,
      { emit: () => undefined },
      new AbortController().signal,
    );
    for (let page = 0; page < PAGES.length; page += 1) await plain.nextPage();
    const expected = await all;
    for (let told = 0; told <= PAGES.length; told += 1) {
      const ahead = anApi();
      const watch = watchPlatform(contextOf(ahead.api));
      await ahead.nextPage();
      for (let page = 0; page < told; page += 1) await ahead.nextPage();
      const observed = watch.observation(wanted);
      for (let page = 0; page < PAGES.length; page += 1) await ahead.nextPage();
      expect(await observed).toEqual(expected);
      expect(ahead.asked.toSorted()).toEqual(plain.asked.toSorted());
    }
  });

  it("ends when the documents turn out to be wrong, and says what is wrong with them", async () => {
    const { api, asked, nextPage } = anApi();
    const wrong = new Error("the documents are wrong");
    const environment = {
      ...contextOf(api),
      provenance: () => Promise.resolve({}),
      documents: async () => {
        await nextPage();
        await nextPage();
        throw wrong;
      },
      appliedFiles: () => Promise.reject(new Error("a later error")),
    } as unknown as PlannableEnvironment;
    await expect(planIn(environment)).rejects.toBe(wrong);
    const before = asked.length;
    await nextPage();
    await nextPage();
    expect(asked.length).toBe(before);
  });

  it("requests nothing where the state is another host's", async () => {
    const { api, asked } = anApi();
    const watch = watchPlatform({
      ...contextOf(api),
      rules: { name: "prod" },
    });
    await expect(watch.inventory()).rejects.toMatchObject({ code: "STA005" });
    await watch.abandon();
    expect(asked).toEqual([]);
  });
});
