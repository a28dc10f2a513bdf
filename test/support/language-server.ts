import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { JsonObject } from "../../src/domain/json.ts";

/** A place in a document, both counted from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** What a document is told about itself. */
export interface EditorProblem {
  readonly message: string;
  readonly range: { readonly start: Position };
}

/** An editor with the YAML language server behind it. */
export interface Editor {
  /** Opens a document, or replaces its text. */
  show(path: string, text: string): void;
  /** The same, resolving to its problems; the server takes its time to look for them. */
  check(path: string, text: string): Promise<readonly EditorProblem[]>;
  /** Labels offered at a place of an open document. */
  complete(path: string, at: Position): Promise<readonly string[]>;
  /** What hovering over a place shows; empty when nothing. */
  hover(path: string, at: Position): Promise<string>;
  /** Ends the server. */
  close(): void;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

const SERVER = createRequire(import.meta.url).resolve(
  "yaml-language-server/bin/yaml-language-server",
);

/**
 * Starts the YAML language server for a folder, as an editor does, without its store of schemas in
 * the network. Resolves when the server has taken the settings: before that it answers from none.
 * @param schemas - File of a schema to the globs of the documents it is for, as the setting
 * `yaml.schemas` has them.
 * @param wrong - A document that these schemas find fault with, which is how the settings show.
 */
export async function startEditor(
  root: string,
  schemas: JsonObject,
  wrong: { readonly path: string; readonly text: string },
): Promise<Editor> {
  const wire = openWire();
  const rootUri = pathToFileURL(root).href;
  const settings = {
    yaml: {
      schemas,
      schemaStore: { enable: false },
      validate: true,
      hover: true,
      completion: true,
    },
  };
  wire.answer("workspace/configuration", (params) =>
    // The server asks for its sections by name, in this shape.
    (params as { items: { section?: string }[] }).items.map(({ section }) =>
      section === "yaml" ? settings.yaml : null,
    ),
  );
  await wire.request("initialize", {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: "workspace" }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: {
        completion: {
          completionItem: { documentationFormat: ["markdown", "plaintext"] },
        },
        hover: { contentFormat: ["markdown", "plaintext"] },
        publishDiagnostics: {},
      },
    },
  });
  wire.notify("initialized", {});
  wire.notify("workspace/didChangeConfiguration", { settings });
  const uriOf = (path: string): string => pathToFileURL(`${root}/${path}`).href;
  const editor = editorOver(wire, uriOf);
  const faults = wire.problemsOf(
    uriOf(wrong.path),
    (found) => found.length > 0,
  );
  editor.show(wrong.path, wrong.text);
  await faults;
  return editor;
}

function editorOver(wire: Wire, uriOf: (path: string) => string): Editor {
  const versions = new Map<string, number>();
  const at = (path: string, position: Position) => ({
    textDocument: { uri: uriOf(path) },
    position,
  });
  const show = (path: string, text: string): void => {
    const uri = uriOf(path);
    const version = (versions.get(uri) ?? 0) + 1;
    versions.set(uri, version);
    if (version === 1)
      wire.notify("textDocument/didOpen", {
        textDocument: { uri, languageId: "yaml", version, text },
      });
    else
      wire.notify("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
  };
  return {
    show,
    check: (path, text) => {
      const problems = wire.problemsOf(uriOf(path));
      show(path, text);
      return problems;
    },
    close: () => {
      wire.close();
    },
    complete: async (path, position) => {
      const list = await wire.request(
        "textDocument/completion",
        at(path, position),
      );
      // LSP: a CompletionList.
      return (list as { items: { label: string }[] }).items.map(
        ({ label }) => label,
      );
    },
    hover: async (path, position) => {
      const hover = await wire.request(
        "textDocument/hover",
        at(path, position),
      );
      // LSP: a Hover with MarkupContent, or null.
      return (
        (hover as { contents: { value: string } } | null)?.contents.value ?? ""
      );
    },
  };
}

interface Wire {
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  answer(method: string, reply: (params: unknown) => unknown): void;
  /** The next problems told of a document, or the next that are `enough`. */
  problemsOf(
    uri: string,
    enough?: (found: readonly EditorProblem[]) => boolean,
  ): Promise<readonly EditorProblem[]>;
  close(): void;
}

/** LSP over stdio: each message after a header with its length. */
function openWire(): Wire {
  const child = spawn(process.execPath, [SERVER, "--stdio"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const waiting = new Map<number, (result: unknown) => void>();
  const watched = new Map<string, (found: readonly EditorProblem[]) => void>();
  const replies = new Map<string, (params: unknown) => unknown>();
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(
      `Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
    );
  };
  const take = (message: Message): void => {
    const { id, method, params } = message;
    if (method === undefined) {
      if (id !== undefined) waiting.get(id)?.(message.result);
    } else if (id !== undefined) {
      send({ id, result: replies.get(method)?.(params) ?? null });
    } else if (method === "textDocument/publishDiagnostics") {
      // LSP: PublishDiagnosticsParams.
      const { uri, diagnostics } = params as {
        uri: string;
        diagnostics: EditorProblem[];
      };
      watched.get(uri)?.(diagnostics);
    }
  };
  let rest = Buffer.alloc(0);
  child.stdout.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = rest.indexOf("\r\n\r\n");
      const length = /Content-Length: (\d+)/u.exec(
        rest.subarray(0, Math.max(head, 0)).toString(),
      )?.[1];
      if (length === undefined) return;
      const end = head + 4 + Number(length);
      if (rest.length < end) return;
      // Every message of the protocol is an object of this shape.
      take(JSON.parse(rest.subarray(head + 4, end).toString()) as Message);
      rest = rest.subarray(end);
    }
  });
  let last = 0;
  return {
    request: (method, params) =>
      new Promise((resolve) => {
        last += 1;
        waiting.set(last, resolve);
        send({ id: last, method, params });
      }),
    notify: (method, params) => {
      send({ method, params });
    },
    answer: (method, reply) => void replies.set(method, reply),
    problemsOf: (uri, enough = () => true) =>
      new Promise((resolve) => {
        watched.set(uri, (found) => {
          if (enough(found)) resolve(found);
        });
      }),
    close: () => void child.kill("SIGKILL"),
  };
}
