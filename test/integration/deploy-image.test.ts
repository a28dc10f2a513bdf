/**
 * What is offered for running the reconciler on a machine: the image with what is in it, the file
 * of compose, the unit of systemd.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  documentsOf,
  GRACE_SECONDS,
  instructions,
  outputOf,
  programOf,
  textOf,
  TOP,
  written,
} from "../support/deploy-files.ts";
import {
  at,
  commandLineProblems,
  listAt,
  membersAt,
} from "../support/kubernetes.ts";

const SYSTEMD = programOf("systemd-analyze", "TIELINE_SYSTEMD_ANALYZE");
/** Scripts of the image are for the shell of Linux. */
const NO_SHELL = process.platform === "win32";
const UNIT = "deploy/systemd/tieline-reconcile.service";

describe("the image", () => {
  const all = instructions();
  const last = all.slice(all.map(({ name }) => name).lastIndexOf("FROM"));

  it("runs as a number that is not root, from a small list of files", () => {
    expect(last.filter(({ name }) => name === "USER")).toEqual([
      { name: "USER", rest: "10001:10001" },
    ]);
    expect(all.filter(({ name }) => name === "ADD")).toEqual([]);
    expect(
      all.filter(({ rest }) =>
        /curl|wget|https?:\/\/(?!127\.0\.0\.1)/u.test(rest),
      ),
    ).toEqual([]);
    expect(
      last.filter(({ name, rest }) => name === "COPY" && rest.startsWith(". ")),
    ).toEqual([]);
    expect(
      textOf(".dockerignore")
        .split("\n")
        .find((line) => !line.startsWith("#")),
    ).toBe("*");
  });

  it("holds no secret, neither as a variable nor as an argument of the build", () => {
    const named = all.filter(({ name }) => name === "ARG" || name === "ENV");
    expect(
      named.filter(({ rest }) => /secret|token|password|key/iu.test(rest)),
    ).toEqual([]);
  });

  it("is made from bases with a tag and without a host, and has what is needed", () => {
    const [base] = all
      .filter(({ name }) => name === "ARG")
      .map(({ rest }) => rest.split("=")[1] ?? "");
    expect(base).toMatch(/^[a-z]+:\d+[a-z0-9.-]*$/u);
    const from = all
      .filter(({ name }) => name === "FROM")
      .map(({ rest }) => rest.split(" ")[0]);
    expect(new Set(from)).toEqual(new Set(["${NODE_IMAGE}"]));
    const commands = all
      .filter(({ name }) => name === "RUN")
      .map(({ rest }) => rest)
      .join("\n");
    for (const line of commands.matchAll(/npm (?:ci|install) [^&]*/gu))
      expect(line[0]).toContain("--ignore-scripts");
    expect(commands).toMatch(/ca-certificates git/u);
  });

  it("copies what is published, from files that the build is given", () => {
    const copied = last
      .filter(({ name, rest }) => name === "COPY" && rest.startsWith("--from"))
      .map(({ rest }) => rest);
    expect(copied).toEqual([
      "--from=build /opt/tieline /opt/tieline",
      "--from=optional /opt/tieline/node_modules /opt/tieline/node_modules",
    ]);
    expect(
      all.some(({ name, rest }) => name === "RUN" && rest.includes("npm pack")),
    ).toBe(true);
    const given = textOf(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    for (const rest of all
      .filter(({ name }) => name === "COPY")
      .map((each) => each.rest)) {
      if (rest.startsWith("--from") || rest.startsWith(". ")) continue;
      for (const file of rest.split(" ").slice(0, -1)) {
        expect(existsSync(join(TOP, file)), file).toBe(true);
        expect(
          given.some((each) => file === each || file.startsWith(`${each}/`)),
          file,
        ).toBe(true);
      }
    }
  });

  it("starts a command line that is one, and asks it where it listens", () => {
    const args = JSON.parse(
      all.find(({ name }) => name === "CMD")?.rest ?? "[]",
    ) as string[];
    expect(commandLineProblems(args)).toEqual([]);
    const [, address] = /--listen=(\S+)$/mu.exec(args.join("\n")) ?? [];
    const check = all.find(({ name }) => name === "HEALTHCHECK")?.rest ?? "";
    expect(check).toContain(`http://${String(address)}/healthz`);
  });
});

describe("the file of compose", () => {
  const [compose] = documentsOf(textOf("deploy/compose.yaml"));
  const services = membersAt(compose, "services");
  const ours = services.filter(([, service]) =>
    String(at(service, "image")).startsWith("tieline:"),
  );

  it("runs each of our services without rights, and with files for secrets", () => {
    expect(ours.map(([name]) => name)).toEqual([
      "clone",
      "migrate",
      "reconcile",
    ]);
    for (const [name, service] of ours) {
      expect(at(service, "read_only"), name).toBe(true);
      expect(at(service, "cap_drop"), name).toEqual(["ALL"]);
      expect(at(service, "security_opt"), name).toEqual([
        "no-new-privileges:true",
      ]);
      if (at(service, "entrypoint") === undefined)
        expect(
          commandLineProblems(listAt(service, "command").map(String)),
          name,
        ).toEqual([]);
    }
    const declared = membersAt(compose, "secrets").map(([name]) => name);
    const used = services.flatMap(([, service]) =>
      listAt(service, "secrets").map(String),
    );
    expect(new Set(used)).toEqual(new Set(declared));
    expect(
      services.filter(([, service]) => at(service, "ports") !== undefined),
    ).toEqual([]);
  });

  it("makes the tables before anybody uses them, and stops later than the program", () => {
    const reconcile = at(compose, "services", "reconcile");
    expect(at(reconcile, "depends_on", "migrate", "condition")).toBe(
      "service_completed_successfully",
    );
    expect(
      Number.parseInt(String(at(reconcile, "stop_grace_period")), 10),
    ).toBeGreaterThan(GRACE_SECONDS);
    expect(at(compose, "services", "db", "image")).toMatch(/^postgres:15/u);
  });
});

describe("the unit of systemd", () => {
  const lines = textOf(UNIT)
    .split("\n")
    .filter((line) => /^[A-Za-z]+=/u.test(line));
  const settings = lines.map((line): [string, string] => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  const setting = (name: string) =>
    settings.filter(([key]) => key === name).map(([, value]) => value);

  it.each([
    ["NoNewPrivileges", "yes"],
    ["ProtectSystem", "strict"],
    ["ProtectHome", "yes"],
    ["PrivateTmp", "yes"],
    ["PrivateDevices", "yes"],
    ["CapabilityBoundingSet", ""],
    ["StateDirectory", "tieline"],
    ["KillSignal", "SIGTERM"],
    ["Restart", "on-failure"],
    ["SuccessExitStatus", "143"],
    ["ExecReload", "/bin/kill -HUP $MAINPID"],
  ])("says %s=%s", (name, value) => {
    expect(setting(name)).toEqual([value]);
  });

  it("runs a command line that is one, and waits longer for its end than it takes", () => {
    const [, ...args] = (setting("ExecStart")[0] ?? "").split(" ");
    expect(commandLineProblems(args)).toEqual([]);
    expect(Number(setting("TimeoutStopSec")[0])).toBeGreaterThan(GRACE_SECONDS);
  });

  it("hides no process: what cannot be seen counts as gone", () => {
    expect([...setting("ProtectProc"), ...setting("ProcSubset")]).toEqual([]);
  });

  it.skipIf(SYSTEMD === undefined)("is one to systemd itself", async () => {
    const text = textOf(UNIT);
    const file = await written(
      "tieline-reconcile.service",
      text.replace(/^ExecStart=\S+/mu, "ExecStart=/bin/true"),
    );
    expect(outputOf(SYSTEMD ?? "", ["verify", file])).toBe("");
  });
});

/** A server on loopback that answers each path with what it is, and with 503 what is not ready. */
async function aPage(seen: string[] = []): Promise<number> {
  const server = createServer((request, answer) => {
    seen.push(
      `${String(request.url)} ${String(request.headers.authorization)}`,
    );
    answer.writeHead(request.url === "/readyz" ? 503 : 200);
    answer.end(`this is ${String(request.url)}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe("what is in the image", () => {
  it("passes on metrics and probes, and nothing else of the page", async () => {
    const seen: string[] = [];
    const page = await aPage(seen);
    const relay = spawn(
      process.execPath,
      [join(TOP, "deploy/image/metrics-relay.mjs"), "0", String(page)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    onTestFinished(() => {
      relay.kill("SIGKILL");
    });
    const [line] = (await once(relay.stdout, "data")) as [Buffer];
    const port = /\d+/u.exec(line.toString())?.[0] ?? "";
    const ask = async (path: string, method = "GET") => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { Authorization: "Bearer something" },
      });
      return [answer.status, await answer.text()];
    };
    expect(await ask("/metrics")).toEqual([200, "this is /metrics"]);
    expect(await ask("/readyz")).toEqual([503, "this is /readyz"]);
    for (const path of ["/", "/api/v1/status", "/metrics/../", "/metrics?a=b"])
      expect(await ask(path), path).toEqual([404, ""]);
    expect(await ask("/healthz", "POST")).toEqual([404, ""]);
    expect(seen).toEqual(["/metrics undefined", "/readyz undefined"]);
  });

  it("says by its health check whether the process lives", async () => {
    const page = await aPage();
    const check = instructions().find(({ name }) => name === "HEALTHCHECK");
    const [program, , script = ""] = JSON.parse(
      /CMD (\[.*\])$/u.exec(check?.rest ?? "")?.[1] ?? "[]",
    ) as string[];
    expect(program).toBe("node");
    const statusFor = async (text: string): Promise<unknown> => {
      const child = spawn(process.execPath, ["-e", text]);
      const [status] = (await once(child, "exit")) as unknown[];
      return status;
    };
    const here = script.replace("8080", String(page));
    expect(await statusFor(here)).toBe(0);
    expect(await statusFor(here.replace("/healthz", "/readyz"))).toBe(1);
    expect(await statusFor(script.replace("8080", "1"))).toBe(1);
  });

  it.skipIf(NO_SHELL)(
    "makes the clone once, anew where one was cut off",
    async () => {
      const folder = dirname(await written("x", ""));
      const run = (...args: readonly string[]) => {
        const { status, stdout, stderr } = spawnSync(
          args[0] ?? "",
          args.slice(1),
          {
            encoding: "utf8",
            env: { PATH: process.env["PATH"], HOME: folder },
          },
        );
        expect(status, stderr).toBe(0);
        return stdout;
      };
      const [from, to] = [join(folder, "from"), join(folder, "to")];
      run("git", "init", "--quiet", "--bare", from);
      await mkdir(join(folder, "to.part/half"), { recursive: true });
      const script = join(TOP, "deploy/image/clone.sh");
      run(script, from, to);
      expect(existsSync(join(to, ".git"))).toBe(true);
      expect(existsSync(join(folder, "to.part"))).toBe(false);
      run(script, "https://git.example/moved.git", to);
      expect(run("git", "-C", to, "remote", "get-url", "origin")).toBe(
        "https://git.example/moved.git\n",
      );
    },
  );

  it.skipIf(NO_SHELL)(
    "gives the credential to the address it is for, and to no other",
    async () => {
      const file = await written(
        "credential",
        "username=reader\npassword=made-up\n",
      );
      const ask = (path: string) =>
        spawnSync("git", ["credential", "fill"], {
          encoding: "utf8",
          input: `protocol=https\nhost=git.example\npath=${path}\n\n`,
          env: {
            PATH: process.env["PATH"],
            HOME: dirname(file),
            GIT_CONFIG_NOSYSTEM: "1",
            GIT_TERMINAL_PROMPT: "0",
            GIT_CONFIG_COUNT: "1",
            GIT_CONFIG_KEY_0:
              "credential.https://git.example/acme/connections.git.helper",
            GIT_CONFIG_VALUE_0: `${join(TOP, "deploy/image/git-credential.sh")} ${file}`,
          },
        });
      expect(ask("acme/connections.git").stdout).toContain("password=made-up");
      expect(ask("acme/other.git").stdout).not.toContain("made-up");
    },
  );
});
