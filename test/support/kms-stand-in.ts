import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the stand-in was asked. */
interface KmsRequest {
  readonly target: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * An AWS KMS on loopback that "wraps" by putting the key's ARN before the data, in the JSON
 * protocol.
 */
export interface KmsStandIn {
  readonly origin: string;
  readonly requests: readonly KmsRequest[];
  close(): Promise<void>;
}

/** What {@link startKms} would have given for a data key under an ARN. */
export function wrappedForKms(arn: string, dataKey: Uint8Array): string {
  return Buffer.from(
    JSON.stringify([arn, Buffer.from(dataKey).toString("base64")]),
  ).toString("base64");
}

export async function startKms(): Promise<KmsStandIn> {
  const requests: KmsRequest[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const target = String(request.headers["x-amz-target"] ?? "");
      const body = JSON.parse(text === "" ? "{}" : text) as Record<
        string,
        string
      >;
      requests.push({ target, body });
      response.setHeader("content-type", "application/x-amz-json-1.1");
      if (target === "TrentService.Encrypt") {
        const arn = body["KeyId"] ?? "";
        const blob = wrappedForKms(
          arn,
          Buffer.from(body["Plaintext"] ?? "", "base64"),
        );
        response.end(JSON.stringify({ CiphertextBlob: blob, KeyId: arn }));
        return;
      }
      const blob = Buffer.from(
        body["CiphertextBlob"] ?? "",
        "base64",
      ).toString();
      const [arn, key] = JSON.parse(
        blob.startsWith("[") ? blob : "[]",
      ) as string[];
      const isRightKey = body["KeyId"] === undefined || body["KeyId"] === arn;
      if (
        target !== "TrentService.Decrypt" ||
        key === undefined ||
        !isRightKey
      ) {
        response.statusCode = 400;
        response.end(
          JSON.stringify({ __type: "IncorrectKeyException", message: text }),
        );
        return;
      }
      response.end(JSON.stringify({ Plaintext: key, KeyId: arn }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
