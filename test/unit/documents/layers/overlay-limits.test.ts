import { describe, expect, it } from "vitest";
import type { Resolution } from "../../../../src/documents/layers/resolve.ts";
import {
  connectionText,
  placesOf,
  resolveTexts,
  type Texts,
} from "../../../support/documents.ts";

const OVERLAY = "environments/dev/connections/c.yaml";
const resolve = (limits: string, overlay: string, more: Partial<Texts> = {}) =>
  resolveTexts({
    base: {
      "c.yaml": connectionText(
        "c",
        `scopes: [read]\nsettings: {timeout: 30}\nlifecycle: {overlays: ${limits}}\n`,
      ),
    },
    overlays: { "c.yaml": overlay },
    ...more,
  });
const found = ({ diagnostics }: Resolution) => placesOf(diagnostics);

describe("lifecycle.overlays.only", () => {
  it.each([
    ["{only: [settings.timeout]}", "settings: {timeout: 3}\n"],
    ["{only: [/settings/timeout]}", "settings: {timeout: 3}\n"],
    ["{only: [settings]}", "settings: {timeout: 3, prompt: x}\n"],
    ["{only: [labels]}", "labels: {a: b}\n"],
    ["{only: [labels.a]}", "labels: {a: b}\n"],
    ["{only: []}", "connection_id: c\nversion: 1\n"],
    ["{}", "owner: me\n"],
    ["{only: [scopes]}", "$patch: [{op: add, path: /scopes/-, value: w}]\n"],
    [
      "{only: [scopes]}",
      "$patch: [{op: test, path: /settings/timeout, value: 30}]\n",
    ],
  ])("%s lets %j through", (limits, overlay) => {
    expect(found(resolve(limits, overlay))).toEqual([]);
  });

  it.each([
    ["{only: [scopes]}", "settings: {timeout: 3}\n", "1:12"],
    [
      "{only: [settings.timeout]}",
      "settings: {timeout: 3, prompt: x}\n",
      "1:24",
    ],
    ["{only: [settings.timeout]}", "owner: null\n", "1:1"],
    ["{only: [labels.a]}", "labels: {b: b}\n", "1:10"],
    [
      "{only: [scopes]}",
      "$patch: [{op: remove, path: /settings/timeout}]\n",
      "1:10",
    ],
    [
      "{only: [owner]}",
      "$patch: [{op: move, from: /settings/timeout, path: /owner}]\n",
      "1:10",
    ],
    ["{}", "lifecycle: {overlays: {only: [owner]}}\n", "1:24"],
    ["{only: [lifecycle]}", "lifecycle: {overlays: null}\n", "1:13"],
  ])("%s stops %j at its line", (limits, overlay, place) => {
    const errors = resolve(limits, overlay).diagnostics.filter(
      ({ code }) => code === "CFG023",
    );
    expect(placesOf(errors).map((one) => one.replace(/^CFG023 /u, ""))).toEqual(
      [`${OVERLAY}:${place}`],
    );
  });

  it("gives way to allow_weakening, which reviewers see", () => {
    expect(
      found(
        resolve("{only: [scopes]}", "owner: me\n", {
          environment: "allow_weakening: [c]\n",
        }),
      ),
    ).toEqual([]);
  });

  it("holds when a template says it", () => {
    const resolution = resolve("{}", "owner: me\n", {
      templates: {
        "t.yaml": "template: t\nlifecycle: {overlays: {only: [scopes]}}\n",
      },
      base: { "c.yaml": connectionText("c", "template: t\n") },
    });
    expect(found(resolution)).toEqual([`CFG023 ${OVERLAY}:1:1`]);
  });
});

describe("lifecycle.overlays.scopes", () => {
  it.each([
    "scopes: [read, files.read]\n",
    "scopes: []\n",
    "$patch: [{op: add, path: /scopes/-, value: files.write}]\n",
    "scopes: [var://scope]\n",
  ])("lets %j through", (overlay) => {
    const environment = "variables: {scope: files.x}\n";
    const resolution = resolve('{scopes: ["files.*"]}', overlay, {
      environment,
    });
    expect(
      resolution.diagnostics.filter((d) => d.severity === "error"),
    ).toEqual([]);
  });

  it.each([
    ["scopes: [read, admin]\n", "1:16"],
    ["scopes:\n  - files.read\n  - admin\n", "3:5"],
    ["$patch: [{op: add, path: /scopes/0, value: admin}]\n", "1:44"],
    ["scopes: ['${var.kind}.all']\n", "1:10"],
    ["settings: {optional_scopes: {scopes: [admin]}}\n", "1:39"],
  ])("stops %j at the scope", (overlay, place) => {
    const resolution = resolve('{scopes: ["files.*"]}', overlay, {
      environment: "variables: {kind: mail}\n",
    });
    expect(found(resolution).filter((one) => one.startsWith("CFG023"))).toEqual(
      [`CFG023 ${OVERLAY}:${place}`],
    );
  });

  it("never stops what the shared document asks for itself", () => {
    expect(found(resolve("{scopes: []}", "scopes: [read]\n"))).toEqual([]);
  });
});

describe("an overlay that changes what a connection is made with", () => {
  it.each([
    ["provider: slack\n", "1:11"],
    ["settings: {auth_mode: org_wide}\n", "1:23"],
    ["$patch: [{op: replace, path: /provider, value: slack}]\n", "1:48"],
  ])("is warned of: %j", (overlay, place) => {
    const resolution = resolveTexts({
      base: {
        "c.yaml": connectionText("c", "settings: {auth_mode: user}\n"),
      },
      overlays: { "c.yaml": overlay },
    });
    expect(found(resolution)).toEqual([`CFG023 ${OVERLAY}:${place}`]);
    expect(resolution.diagnostics[0]?.severity).toBe("warning");
  });
});

describe("selectors", () => {
  const BASE = {
    "a.yaml": connectionText("a", "labels: {team: support, tier: gold}\n"),
    "b.yaml": connectionText("b", "labels: {team: sales}\n"),
    "c.yaml": connectionText("c"),
  };
  const keys = (selection: string) =>
    resolveTexts({
      base: BASE,
      environment: `connections: {include: [${selection}]}\n`,
    }).connections.map(({ key }) => key);

  it.each([
    ["'label:team'", ["a", "b"]],
    ["'label:tier'", ["a"]],
    ["'label:team=s*'", ["a", "b"]],
    ["'label:team=*les'", ["b"]],
    ["'label:team=support'", ["a"]],
    ["'*'", ["a", "b", "c"]],
  ])("%s selects %j", (selection, expected) => {
    expect(keys(selection)).toEqual(expected);
  });

  it("that match nothing are notes at their line, unless they are names", () => {
    const { diagnostics } = resolveTexts({
      base: BASE,
      environment:
        "connections:\n  exclude:\n    - 'x*'\n    - label:team=suport\n    - label:owner\n",
    });
    const file = "environments/dev/environment.yaml";
    expect(placesOf(diagnostics)).toEqual([
      `CFG019 ${file}:5:7`,
      `CFG019 ${file}:6:7`,
      `CFG019 ${file}:7:7`,
    ]);
    expect(new Set(diagnostics.map((d) => d.severity))).toEqual(
      new Set(["note"]),
    );
  });

  it("stay fast however hostile a label and its pattern are", () => {
    const text = "a".repeat(200);
    const pattern = `label:team=${"a*".repeat(2000)}b`;
    const { connections } = resolveTexts({
      base: {
        "a.yaml": connectionText("a", `labels: {team: ${text}}\n`),
        "c.yaml": connectionText("c"),
      },
      environment: `connections: {exclude: ['${pattern}']}\n`,
    });
    expect(connections).toHaveLength(2);
  });
});
