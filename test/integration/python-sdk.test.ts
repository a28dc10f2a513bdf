import { execFile, execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";

import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { startEmbedded } from "../../src/embedded/index.ts";
import type { EmbeddedApi, EmbeddedOptions } from "../../src/embedded/index.ts";
import { aFolder } from "../support/embedded.ts";
import { FACTS_FILE } from "../support/vendor-facts.ts";

const run = promisify(execFile);

/**
 * An interpreter that has the vendor's Python SDK: the one a variable names, or the machine's own.
 */
function findPython(): string | undefined {
  const candidate = process.env["TIELINE_SCALEKIT_PYTHON"] ?? "python3";
  try {
    execFileSync(candidate, ["-c", "import scalekit"], { stdio: "ignore" });
    return candidate;
  } catch {
    return undefined;
  }
}

const python = findPython();
const here = python === undefined ? describe.skip : describe;
const NEEDS =
  "(needs TIELINE_SCALEKIT_PYTHON: an interpreter with scalekit-sdk-python)";

function scriptOf(name: string): string {
  return fileURLToPath(new URL(`../vendor/${name}`, import.meta.url));
}

/** What each step of the drive saw. */
type Steps = Readonly<
  Record<string, Readonly<Record<string, unknown>> | undefined>
>;

interface Driven {
  readonly steps: Steps;
  readonly api: EmbeddedApi;
}

/** Runs the SDK against an embedded API over TLS, the only way it connects at all. */
async function drive(
  options: Partial<EmbeddedOptions> = {},
  ...args: readonly string[]
): Promise<Driven> {
  const api = await startEmbedded({
    clientId: "id",
    clientSecret: "client-secret",
    catalogue: CATALOGUE,
    // Certificates are good for a time, and clients look at the real one.
    clock: systemClock,
    isTls: true,
    ...options,
  });
  onTestFinished(() => api.close());
  const trust = join(await aFolder(), "authority.pem");
  await writeFile(trust, api.authority ?? "");
  const { stdout } = await run(
    python ?? "python3",
    [scriptOf("drive.py"), ...args],
    {
      timeout: 50_000,
      env: {
        PATH: process.env["PATH"] ?? "",
        SCALEKIT_ENVIRONMENT_URL: api.origin,
        SCALEKIT_CLIENT_ID: "id",
        SCALEKIT_CLIENT_SECRET: "client-secret",
        REQUESTS_CA_BUNDLE: trust,
        GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: trust,
      },
    },
  );
  return { api, steps: JSON.parse(stdout) as Steps };
}

here(`the vendor's Python SDK ${NEEDS}`, () => {
  it("goes through every call of an environment, newer fields included", async () => {
    const { api, steps } = await drive();
    expect(steps["create"]).toMatchObject({
      connection: { key_id: "mail", auth_mode: "ORG_WIDE" },
    });
    expect(steps["update"]).toMatchObject({
      connection: {
        oauth_config: {
          client_id: "1234",
          client_secret: "********",
          token_endpoint_auth_method: "client_secret_basic",
          googleads_developer_token: "********ngth",
          scope_selection_allowed: true,
          required_scopes: ["read"],
          required_optional_scopes: ["more"],
          optional_scopes: { scopes: ["more"], field_name: "user_scope" },
          extensions: {
            smart: { aud: "https://fhir.example" },
            extra_authorize_params: { hd: "example.com" },
          },
        },
      },
    });
    // Without the switch the lists stay as they are.
    expect(steps["update_without_switch"]).toMatchObject({
      connection: { oauth_config: { required_scopes: ["read"] } },
    });
    expect(steps["get"]).toEqual(steps["update_without_switch"]);
    expect(steps["create_resolved"]).toMatchObject({
      connection: { resolved_proxy_url: "https://eu.example.com/mcp" },
    });
    expect(steps["update_dwd"]).toMatchObject({
      connection: {
        google_dwd_config: {
          service_account_json: "********",
          scope_selection_allowed: true,
          required_scopes: ["b"],
        },
      },
    });
    expect(steps["list"]).toMatchObject({
      total_size: 3,
      connections: [{ key_id: "mail", auth_mode: "ORG_WIDE" }, {}],
    });
    expect(steps["list_next"]).toMatchObject({ connections: [{}] });
    expect(steps["disable"]).toEqual({});
    expect(steps["enable"]).toEqual({ enabled: true });
    expect(steps["create_provider"]).toMatchObject({
      provider: {
        is_custom: true,
        metadata: { team: "support" },
        auth_patterns: [{ type: "BEARER", display_name: "Token" }],
      },
    });
    expect(steps["update_provider"]).toMatchObject({
      provider: { proxy_url: "https://api2.acme.example" },
    });
    expect(steps["list_providers"]).toMatchObject({ total_size: 1 });
    expect(steps["delete_provider"]).toEqual({});
    expect(steps["delete"]).toEqual({});
    expect(api.snapshot().connections.map(({ key_id }) => key_id)).toEqual([
      "pieces",
      "dwd",
    ]);
  });

  it("hears refusals as its own exceptions", async () => {
    const { steps } = await drive();
    const refused = (name: string, errorCode: string | null): unknown => ({
      refused: `Scalekit${name}Exception`,
      error_code: errorCode,
    });
    const invalid = refused("BadRequest", "INVALID_ARGUMENT");
    expect(steps).toMatchObject({
      taken: refused("BadRequest", "DUPLICATE_IDENTIFIER"),
      update_beyond_scopes: invalid,
      update_reserved: invalid,
      test_result: refused("NotFound", "RESOURCE_NOT_FOUND"),
      account: refused("NotFound", "RESOURCE_NOT_FOUND"),
      gone: refused("NotFound", "RESOURCE_NOT_FOUND"),
      // Calls that are not served are answered in one frame, which is all there is room for.
      context: refused("Forbidden", null),
      of_organization: refused("NotImplemented", null),
    });
  });

  it("hears which permission it lacks", async () => {
    const { steps } = await drive(
      { permissions: ["connected_accounts:read"] },
      "denied",
    );
    for (const [name, permission] of [
      ["list", "agent_connectors:read"],
      ["get", "sso:read"],
    ] as const) {
      expect(steps[name]).toMatchObject({
        refused: "ScalekitForbiddenException",
        error_code: "PERMISSION_DENIED",
      });
      expect(steps[name]?.["details"]).toContain(permission);
    }
  });

  it("says what the facts here say", async () => {
    const { stdout } = await run(python ?? "python3", [scriptOf("facts.py")]);
    const kept = JSON.parse(await readFile(FACTS_FILE, "utf8")) as {
      readonly source: { readonly version: string };
    };
    const found = JSON.parse(stdout) as typeof kept;
    // Another version says other things; that is no failure of ours, but worth a look.
    if (found.source.version === kept.source.version)
      expect(found).toEqual(kept);
    else expect(found.source.version).not.toBe("");
  });
});
