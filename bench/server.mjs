/**
 * The embedded API as a process, behind a counter of requests: what is counted is what arrived, and
 * not what a client says it sent.
 */
import { spawn } from "node:child_process";
import { createServer, request } from "node:http";

/** @returns its origin, the count, and how to end it. */
export async function startServer({
  program,
  root,
  env,
  secret,
  faults,
  port = 0,
}) {
  const args = [
    program,
    "emulate",
    "dev",
    "--root",
    root,
    "--port",
    String(port),
  ];
  const child = spawn(
    process.execPath,
    [
      ...args,
      ...["--client-secret-env", "BENCH_SECRET", "--json"],
      ...faults.flatMap((fault) => ["--fault", fault]),
    ],
    {
      env: { ...env, BENCH_SECRET: secret },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const line = await new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", (status) =>
      reject(new Error(`the embedded API ended with ${status}`)),
    );
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(text);
    });
  });
  const { origin } = JSON.parse(line);
  return {
    origin,
    count: () => countingProxy(origin),
    stop: async () => {
      child.kill("SIGINT");
      await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

/** A way to the server that counts; it is not there while times are measured. */
async function countingProxy(origin) {
  let requests = 0;
  const target = new URL(origin);
  const server = createServer((from, to) => {
    if (from.url !== "/oauth/token") requests += 1;
    const { method, url: path, headers } = from;
    const { hostname, port } = target;
    const onward = request(
      { hostname, port, path, method, headers },
      (reply) => {
        to.writeHead(reply.statusCode, reply.headers);
        reply.pipe(to);
      },
    );
    onward.on("error", () => to.destroy());
    from.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    port: server.address().port,
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
