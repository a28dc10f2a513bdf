/**
 * The unavoidable part of a plan: a token, every page, every object; pages in a row, objects as
 * many at once as allowed, started while pages arrive.
 */
import { Agent, request } from "node:http";

const [origin, clientId, clientSecret, concurrency] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(concurrency) });

function send(method, path, headers = {}, body = undefined) {
  return new Promise((resolve, reject) => {
    const call = request(
      `${origin}${path}`,
      { method, headers, agent },
      (reply) => {
        let text = "";
        reply.setEncoding("utf8");
        reply.on("data", (chunk) => (text += chunk));
        reply.on("end", () => resolve(JSON.parse(text)));
        reply.on("error", reject);
      },
    );
    call.on("error", reject);
    call.end(body);
  });
}

const form = new URLSearchParams({
  grant_type: "client_credentials",
  client_id: clientId,
  client_secret: clientSecret,
});
const { access_token } = await send(
  "POST",
  "/oauth/token",
  { "content-type": "application/x-www-form-urlencoded" },
  form.toString(),
);
const headers = { authorization: `Bearer ${access_token}` };
const reads = [];
let token = "";
do {
  const page = await send(
    "GET",
    `/api/v1/connections/app?page_size=30${token === "" ? "" : `&page_token=${encodeURIComponent(token)}`}`,
    headers,
  );
  for (const { id } of page.connections)
    reads.push(send("GET", `/api/v1/connections/${id}`, headers));
  token = page.next_page_token ?? "";
} while (token !== "");
console.log((await Promise.all(reads)).length);
agent.destroy();
