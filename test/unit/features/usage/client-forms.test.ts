import { describe, expect, it } from "vitest";
import { scanCode } from "../../../../src/features/usage/code/scan.ts";

/** How sure the scan must be: a name that is not there is an error, or is listed. */
type Sureness = "literal" | "possible";

/** A way to come to a client: `§` is replaced by the rest of the call. */
type Form = readonly [name: string, code: string, sureness?: Sureness];

const JS_IMPORT = 'import { ScalekitClient } from "@scalekit-sdk/node";\n';
const JS_CALL =
  'actions.getAuthorizationLink({ connectionName: "n", identifier: u })';

/** Forms that need no types. */
const JAVASCRIPT: readonly Form[] = [
  ["optional chaining", "const c = new ScalekitClient(); c?.§;"],
  [
    "optional chaining of the section",
    "const c = new ScalekitClient(); c.actions?.getAuthorizationLink({ connectionName: 'n' });",
  ],
  [
    "an optional call",
    "const c = new ScalekitClient(); c.actions.getAuthorizationLink?.({ connectionName: 'n' });",
  ],
  [
    "made on first use",
    "let c; function get() { c ??= new ScalekitClient(); return c; } get().§;",
  ],
  [
    "made on first use, in the return",
    "let c; function get() { return (c ??= new ScalekitClient()); } get().§;",
  ],
  [
    "made on first use, with an if",
    "let c = null; function get() { if (!c) { c = new ScalekitClient(); } return c; } const d = get(); if (d) d.§;",
  ],
  ["a factory", "function make() { return new ScalekitClient(); } make().§;"],
  [
    "a factory that may give nothing",
    "function make() { if (!process.env.U) return null; return new ScalekitClient(); } const c = make(); c?.§;",
  ],
  ["an arrow factory", "const make = () => new ScalekitClient(); make().§;"],
  [
    "an arrow factory with a body",
    "const make = () => { const c = new ScalekitClient(); return c; }; make().§;",
  ],
  [
    "a function expression",
    "const make = function () { return new ScalekitClient(); }; make().§;",
  ],
  [
    "a factory of a factory",
    "const make = () => new ScalekitClient(); const get = () => make(); get().§;",
  ],
  [
    "an awaited factory",
    "async function make() { return new ScalekitClient(); } async function f() { (await make()).§; }",
  ],
  [
    "an awaited factory, by a name",
    "async function make() { return new ScalekitClient(); } async function f() { const c = await make(); c.§; }",
  ],
  [
    "an awaited arrow factory",
    "const make = async () => new ScalekitClient(); async function f() { (await make()).§; }",
  ],
  [
    "a promise",
    "async function make() { return new ScalekitClient(); } make().then((c) => c.§);",
  ],
  [
    "a promise, destructured",
    "async function make() { return new ScalekitClient(); } make().then(({ actions }) => actions.getAuthorizationLink({ connectionName: 'n' }));",
  ],
  [
    "a promise by its name",
    "const p = Promise.resolve(new ScalekitClient()); p.then((c) => c.§);",
    "possible",
  ],
  [
    "a chain of promises",
    "const make = async () => new ScalekitClient(); make().then((c) => c).then((c) => c.§);",
  ],
  [
    "a promise with a catch",
    "const make = async () => new ScalekitClient(); make().catch(() => null).then((c) => c.§);",
  ],
  [
    "a promise that gives another object",
    "const load = async () => ({ c: new ScalekitClient() }); load().then(({ c }) => c.§);",
  ],
  [
    "an imported module",
    "async function f() { const { ScalekitClient: C } = await import('@scalekit-sdk/node'); new C().§; }",
  ],
  [
    "a promised module",
    "import('@scalekit-sdk/node').then((m) => new m.ScalekitClient().§);",
  ],
  ["a field", "class A { c = new ScalekitClient(); f() { this.c.§; } }"],
  [
    "a private field",
    "class A { #c = new ScalekitClient(); f() { return this.#c?.§; } }",
  ],
  [
    "a field set in the constructor",
    "class A { constructor() { this.c = new ScalekitClient(); } f() { this.c.§; } }",
  ],
  [
    "a field made on first use",
    "class A { get() { this.c ??= new ScalekitClient(); return this.c; } f() { this.get().§; } }",
  ],
  [
    "a getter",
    "class A { get c() { return new ScalekitClient(); } f() { this.c.§; } }",
  ],
  ["a static field", "class A { static c = new ScalekitClient(); } A.c.§;"],
  [
    "a singleton",
    "class A { static i; static get() { A.i ??= new A(); return A.i; } c = new ScalekitClient(); } A.get().c.§;",
  ],
  [
    "a field of an object that is made",
    "class A { c = new ScalekitClient(); } const a = new A(); a.c.§;",
  ],
  ["a subclass", "class Mine extends ScalekitClient {} new Mine().§;"],
  [
    "a method of a subclass",
    "class Mine extends ScalekitClient { f() { this.§; } }",
  ],
  [
    "a field of a base class",
    "class A { c = new ScalekitClient(); } class B extends A { f() { this.c.§; } }",
  ],
  [
    "a member of an object",
    "const services = { c: new ScalekitClient() }; services.c.§;",
  ],
  [
    "a getter of an object",
    "const services = { get c() { return new ScalekitClient(); } }; services.c.§;",
  ],
  [
    "a method of an object",
    "const services = { c() { return new ScalekitClient(); } }; services.c().§;",
  ],
  [
    "an arrow in an object",
    "const services = { c: () => new ScalekitClient() }; services.c().§;",
  ],
  [
    "a nested pattern",
    "const s = { a: { c: new ScalekitClient() } }; const { a: { c } } = s; c.§;",
  ],
  [
    "a pattern with a default",
    "const c = new ScalekitClient(); function f({ c: d = c }) { d.§; }",
  ],
  [
    "a parameter with a default",
    "const f = (c = new ScalekitClient()) => c.§;",
  ],
  [
    "a destructured section of an awaited client",
    "const make = async () => new ScalekitClient(); async function f() { const { actions } = await make(); actions.getAuthorizationLink({ connectionName: 'n' }); }",
  ],
  ["a choice", "const c = x ? new ScalekitClient() : null; c?.§;"],
  ["a short circuit", "const c = on && new ScalekitClient(); c && c.§;"],
  [
    "a proxy",
    "const c = new Proxy(new ScalekitClient(), {}); c.§;",
    "possible",
  ],
  ["a wrapper", "const c = instrument(new ScalekitClient()); c.§;", "possible"],
  [
    "a wrapper of a section",
    "const a = traced(new ScalekitClient().actions); a.getAuthorizationLink({ connectionName: 'n' });",
    "possible",
  ],
  [
    "a proxy of nothing",
    "const make = () => new ScalekitClient(); const c = new Proxy({}, { get: (_t, k) => make()[k] }); c.§;",
    "possible",
  ],
  [
    "an object that was given one",
    "const agent = new Agent({ c: new ScalekitClient() }); agent.c.§;",
    "possible",
  ],
  [
    "a method on its own",
    "const { getAuthorizationLink } = new ScalekitClient().actions; getAuthorizationLink({ connectionName: 'n' });",
  ],
  [
    "a lazy wrapper",
    "const get = memoize(() => new ScalekitClient()); get().§;",
    "possible",
  ],
  [
    "a lazy wrapper of a named factory",
    "const make = () => new ScalekitClient(); const get = once(make); get().§;",
    "possible",
  ],
  [
    "a holder",
    "const ref = useRef(new ScalekitClient()); ref.current.§;",
    "possible",
  ],
  ["a container", "const c = container.get(ScalekitClient); c.§;", "possible"],
  [
    "an awaited wrapper",
    "async function f() { const c = await withRetry(async () => new ScalekitClient()); c.§; }",
    "possible",
  ],
];

const TYPESCRIPT: readonly Form[] = [
  ["not null, said", "let c: ScalekitClient | null = null; c!.§;"],
  [
    "a nullable result",
    "function get(): ScalekitClient | null { return null; } get()?.§;",
  ],
  [
    "a nullable parameter",
    "const f = (c: ScalekitClient | undefined) => c?.§;",
  ],
  ["null first", "const f = (c: null | ScalekitClient) => c?.§;"],
  ["an optional parameter", "function f(c?: ScalekitClient) { c?.§; }"],
  [
    "a promised result",
    "async function get(): Promise<ScalekitClient> { return make(); } async function f() { (await get()).§; }",
  ],
  [
    "a promised nullable result",
    "async function get(): Promise<ScalekitClient | null> { return make(); } async function f() { const c = await get(); c?.§; }",
  ],
  [
    "a promised result, chained",
    "declare function get(): Promise<ScalekitClient>; get().then((c) => c.§);",
  ],
  [
    "a promised name",
    "let p: Promise<ScalekitClient> | undefined; async function f() { (await p)!.§; }",
  ],
  [
    "an optional field",
    "class A { private c?: ScalekitClient; f() { this.c?.§; } }",
  ],
  [
    "a field that is set later",
    "class A { private readonly c!: ScalekitClient; f() { this.c.§; } }",
  ],
  [
    "a private field",
    "class A { #c: ScalekitClient | undefined; f() { this.#c!.§; } }",
  ],
  [
    "a parameter that is a field",
    "class A { constructor(private readonly c: ScalekitClient | null) {} f() { this.c?.§; } }",
  ],
  ["an alias", "type C = ScalekitClient | null; const f = (c: C) => c?.§;"],
  [
    "an interface",
    "interface Deps { c: ScalekitClient } const f = (deps: Deps) => deps.c.§;",
  ],
  [
    "an interface, destructured",
    "interface Deps { readonly c?: ScalekitClient } const f = ({ c }: Deps) => c?.§;",
  ],
  [
    "an object type",
    "function f({ c }: { c: ScalekitClient; n: number }) { c.§; }",
  ],
  [
    "a method of an interface",
    "interface Deps { get(): Promise<ScalekitClient> } async function f(d: Deps) { (await d.get()).§; }",
  ],
  [
    "a function that is passed",
    "async function f(get: () => Promise<ScalekitClient>) { (await get()).§; }",
  ],
  [
    "the type of a value",
    "const c = new ScalekitClient(); const f = (d: typeof c) => d.§;",
  ],
  [
    "the type of a result",
    "const make = () => new ScalekitClient(); const f = (d: ReturnType<typeof make>) => d.§;",
  ],
  [
    "the type of an awaited result",
    "const make = async () => new ScalekitClient(); const f = (d: Awaited<ReturnType<typeof make>>) => d.§;",
  ],
  [
    "the type of an instance",
    "const f = (d: InstanceType<typeof ScalekitClient>) => d.§;",
  ],
  [
    "a type that takes a part",
    "const f = (d: Pick<ScalekitClient, 'actions'>) => d.§;",
  ],
  [
    "a type of a namespace",
    "import * as SDK from '@scalekit-sdk/node'; const f = (d: SDK.ScalekitClient | null) => d?.§;",
  ],
  ["a cast", "const c = load() as ScalekitClient; c.§;"],
  [
    "a cast through unknown",
    "const c = (load() as unknown) as ScalekitClient | null; c?.§;",
  ],
  ["a cast in front", "const c = <ScalekitClient>load(); c.§;"],
  [
    "a declared type over something unknown",
    "const c: ScalekitClient = container.resolve('c'); c.§;",
  ],
  [
    "a proxy of an empty object",
    "const c = new Proxy({} as ScalekitClient, { get: (_t, k) => real()[k] }); c.§;",
    "possible",
  ],
  [
    "a typed proxy",
    "const c: ScalekitClient = new Proxy({}, {}) as never; c.§;",
  ],
  ["a holder", "const f = (r: Ref<ScalekitClient>) => r.value.§;", "possible"],
  ["a list", "const f = (cs: ScalekitClient[]) => cs[0].§;", "possible"],
  [
    "a class of holders",
    "class Holder { c: ScalekitClient | undefined } const f = (h: Holder) => h.c?.§;",
  ],
  [
    "a client or another",
    "const f = (c: ScalekitClient | Fake) => c.§;",
    "possible",
  ],
];

const PY_IMPORT = "from scalekit import ScalekitClient\n";
const PY_CALL =
  'actions.get_authorization_link(connection_name="n", identifier=u)';

const PYTHON: readonly Form[] = [
  [
    "an optional result",
    "def get() -> Optional[ScalekitClient]:\n    return None\nc = get()\nif c:\n    c.§\n",
  ],
  ["a union", "def f(c: ScalekitClient | None):\n    c.§\n"],
  ["None first", "def f(c: None | ScalekitClient = None):\n    c.§\n"],
  [
    "a typing union",
    "def f(c: typing.Union[None, ScalekitClient]):\n    c.§\n",
  ],
  ["a quoted type", 'def f(c: "Optional[ScalekitClient]"):\n    c.§\n'],
  [
    "an annotated type",
    "def f(c: Annotated[ScalekitClient, Depends(get)]):\n    c.§\n",
  ],
  [
    "an awaitable type",
    "async def f(c: Awaitable[ScalekitClient]):\n    (await c).§\n",
  ],
  [
    "a callable type",
    "def f(get: Callable[[], ScalekitClient]):\n    get().§\n",
  ],
  ["an alias", "Client = ScalekitClient\ndef f(c: Client):\n    c.§\n"],
  ["a factory", "def make():\n    return ScalekitClient()\nmake().§\n"],
  [
    "an awaited factory",
    "async def make():\n    return ScalekitClient()\nasync def f():\n    (await make()).§\n",
  ],
  [
    "a factory that may give nothing",
    "def make():\n    if not ok:\n        return None\n    return ScalekitClient()\nc = make()\nc and c.§\n",
  ],
  [
    "made on first use",
    "_c = None\ndef get():\n    global _c\n    if _c is None:\n        _c = ScalekitClient()\n    return _c\nget().§\n",
  ],
  [
    "a cached factory",
    "@lru_cache(maxsize=1)\ndef get():\n    return ScalekitClient()\nget().§\n",
  ],
  ["a lambda", "get = lambda: ScalekitClient()\nget().§\n"],
  [
    "a context",
    "@contextmanager\ndef opened():\n    yield ScalekitClient()\nwith opened() as c:\n    c.§\n",
  ],
  [
    "an awaited context",
    "@asynccontextmanager\nasync def opened():\n    yield ScalekitClient()\nasync def f():\n    async with opened() as c:\n        c.§\n",
  ],
  [
    "a named expression",
    "def make():\n    return ScalekitClient()\nif (c := make()):\n    c.§\n",
  ],
  [
    "a field",
    "class A:\n    def __init__(self):\n        self.c = ScalekitClient()\n    def f(self):\n        self.c.§\n",
  ],
  [
    "a field made on first use",
    "class A:\n    def __init__(self):\n        self._c = None\n    def get(self):\n        if self._c is None:\n            self._c = ScalekitClient()\n        return self._c\n    def f(self):\n        self.get().§\n",
  ],
  [
    "a field of the class",
    "class A:\n    c = ScalekitClient()\n    def f(self):\n        self.c.§\n",
  ],
  [
    "a declared field",
    "class A:\n    c: Optional[ScalekitClient]\n    def f(self):\n        self.c.§\n",
  ],
  [
    "a field of the class, from outside",
    "class A:\n    c = ScalekitClient()\nA.c.§\n",
  ],
  [
    "a property",
    "class A:\n    @property\n    def c(self):\n        return ScalekitClient()\n    def f(self):\n        self.c.§\n",
  ],
  [
    "a cached property",
    "class A:\n    @functools.cached_property\n    def c(self) -> ScalekitClient:\n        return make()\n    def f(self):\n        self.c.§\n",
  ],
  [
    "a field of an object that is made",
    "class A:\n    def __init__(self):\n        self.c = ScalekitClient()\nA().c.§\n",
  ],
  [
    "a field of a parameter",
    "@dataclass\nclass Deps:\n    c: ScalekitClient\ndef f(deps: Deps):\n    deps.c.§\n",
  ],
  ["a subclass", "class Mine(ScalekitClient):\n    pass\nMine().§\n"],
  [
    "a method of a subclass",
    "class Mine(ScalekitClient):\n    def f(self):\n        self.§\n",
  ],
  [
    "a field of a base class",
    "class A:\n    def __init__(self):\n        self.c = ScalekitClient()\nclass B(A):\n    def f(self):\n        self.c.§\n",
  ],
  ["a default", "def f(c=ScalekitClient()):\n    c.§\n"],
  [
    "a section by its name",
    'c = ScalekitClient()\ngetattr(c, "actions").get_authorization_link(connection_name="n")\n',
  ],
  [
    "a member of a dictionary",
    'services = {"c": ScalekitClient()}\nservices["c"].§\n',
  ],
  ["a wrapper", "c = instrument(ScalekitClient())\nc.§\n", "possible"],
  [
    "a lazy wrapper",
    "c = LocalProxy(lambda: ScalekitClient())\nc.§\n",
    "possible",
  ],
  [
    "a lazy wrapper of a named factory",
    "def make():\n    return ScalekitClient()\nget = cache(make)\nget().§\n",
    "possible",
  ],
  [
    "an injected default",
    "def make():\n    return ScalekitClient()\ndef f(c=Depends(make)):\n    c.§\n",
    "possible",
  ],
  ["a cast", "c = cast(ScalekitClient, load())\nc.§\n", "possible"],
  ["a container", "c = container.get(ScalekitClient)\nc.§\n", "possible"],
];

interface Language {
  readonly files: readonly string[];
  readonly imports: string;
  readonly call: string;
  readonly forms: readonly Form[];
}

const LANGUAGES: readonly Language[] = [
  {
    files: ["a.js", "a.ts", "a.tsx"],
    imports: JS_IMPORT,
    call: JS_CALL,
    forms: JAVASCRIPT,
  },
  { files: ["a.ts"], imports: JS_IMPORT, call: JS_CALL, forms: TYPESCRIPT },
  { files: ["a.py"], imports: PY_IMPORT, call: PY_CALL, forms: PYTHON },
];

const CASES = LANGUAGES.flatMap(({ files, imports, call, forms }) =>
  forms.flatMap(([name, code, sureness = "literal"]) =>
    files.map((file) => ({
      name,
      file,
      sureness,
      text: imports + code.replaceAll("§", () => call),
      // The same with a client of somebody else.
      other: (imports + code.replaceAll("§", () => call))
        .replace(/^.*\n/u, "")
        .replaceAll("ScalekitClient", "Database")
        .replaceAll("@scalekit-sdk/node", "pg"),
    })),
  ),
);

describe("a client that is come to by", () => {
  it.each(CASES)("$name ($file) is found", async ({ file, text, sureness }) => {
    const uses = (await scanCode(file, text)) ?? [];
    expect(uses.map(({ kind, name }) => [kind, name])).toEqual([
      [sureness, "n"],
    ]);
  });

  it.each(CASES.filter(({ file }) => file !== "a.tsx" && file !== "a.js"))(
    "$name ($file) is not taken for one where it is another's",
    async ({ file, other }) => {
      const named = file.endsWith(".py")
        ? "from pg import Database\n"
        : 'import { Database } from "pg";\nimport "@scalekit-sdk/node";\n';
      const uses = (await scanCode(file, named + other)) ?? [];
      expect(uses.filter(({ kind }) => kind === "literal")).toEqual([]);
    },
  );
});

describe("a file made to keep the scan busy", () => {
  const heavy = `[${"{ a: [1, 2, 3] }, ".repeat(10_000)}]`;
  const calls = (receiver: string): string =>
    `${receiver}.${JS_CALL};\n`.repeat(3_000);
  it.each([
    ["one heavy wrapper", `const c = wrap(${heavy});\n${calls("c")}`],
    [
      "names that go round",
      `const a = () => b(); const b = () => a();\n${calls("a()")}`,
    ],
    [
      "classes that go round",
      `class A extends B { get c() { return new B().c; } }\nclass B extends A { get c() { return new A().c; } }\n${calls("new A().c")}`,
    ],
    [
      "types that go round",
      `type A = B | Promise<A>; interface B { a: A; b: B }\nfunction f(x: A) {\n${calls("x.a.b.a.b.a")}}`,
    ],
    [
      "choices of choices",
      `const a = x ? (x ? y(1) : y(2)) : (x ? y(3) : y(4));\n${Array.from({ length: 30 }, (_, i) => `const a${String(i)} = x ? a${i === 0 ? "" : String(i - 1)} : a${i === 0 ? "" : String(i - 1)};\n`).join("")}${calls("a29")}`,
    ],
  ])("ends: %s", async (_name, code) => {
    const started = performance.now();
    await scanCode("a.ts", JS_IMPORT + code);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
