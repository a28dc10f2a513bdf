/**
 * What is offered for running the reconciler in a cluster: the objects of Kubernetes, the chart,
 * the dashboard. Where the programs that read them are there, those are asked, too.
 */
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/generated/commands.ts";
import { variableName } from "../../src/command/switches.ts";
import { driver } from "../../src/drivers/scalekit/index.ts";
import { createMetrics } from "../../src/features/page/metrics.ts";
import { gitEnvironment } from "../../src/platform/git/environment.ts";
import {
  DEPLOY_FILES,
  documentsOf,
  GRACE_SECONDS,
  kustomized,
  outputOf,
  programOf,
  textOf,
  written,
} from "../support/deploy-files.ts";
import {
  at,
  listAt,
  membersAt,
  objectOf,
  problemsOf,
} from "../support/kubernetes.ts";

/** Folders of kustomize, with what is wrong in them until their patches are applied. */
const FOLDERS: readonly (readonly [string, readonly string[]])[] = [
  ["base", []],
  ["overlays/cron", []],
  ["overlays/monitoring", []],
  [
    "overlays/fleet",
    ["Deployment tieline: there is no PersistentVolumeClaim tieline-work"],
  ],
];
const HELM = programOf("helm", "TIELINE_HELM");
const KUBECTL = programOf("kubectl", "TIELINE_KUBECTL");
const KUBECONFORM = programOf("kubeconform", "TIELINE_KUBECONFORM");
/** A folder of schemas: kubeconform would get them from elsewhere. */
const KUBE_SCHEMAS = process.env["TIELINE_KUBE_SCHEMAS"];
const CHART = "deploy/helm/tieline";
const MOST_VALUES = `
repository: { url: "https://git.example/acme/connections.git", existingSecret: git }
credentials:
  - { environment: eu-prod, clientId: skc_1, url: "https://acme.scalekit.com", existingSecret: p }
sops: { existingSecret: sops }
notify: { slack: { existingSecret: slack }, webhook: { existingSecret: hook } }
database:
  existingSecret: database
  migrate: { enabled: true, existingSecret: owner, environment: eu-prod }
replicas: 3
environments: ["eu-*"]
metrics: { serviceMonitor: true, dashboard: true }
networkPolicy: { databaseNamespace: database }
`;
const FEWEST_VALUES = `
repository: { url: "https://git.example/acme/connections.git" }
`;

/** Names that look like variables in the files and belong to others. */
const OTHERS =
  /^(?:POSTGRES_(?:USER|DB|PASSWORD_FILE)|AF_(?:INET6?|UNIX|NETLINK)|NODE_IMAGE|TIMEOUT_MS|GIT_CONFIG_(?:KEY|VALUE))$/u;

const SOURCES = DEPLOY_FILES.filter((file) => !file.endsWith(".json")).map(
  (file) => [file, textOf(file)] as const,
);

/** Whether the program, or the git that it runs, looks at a variable. */
function isRead(name: string, quoted: ReadonlySet<string>): boolean {
  if (quoted.has(name)) return true;
  const part =
    /^SCALEKIT_([A-Z0-9_]+?)_(?:CLIENT|ENVIRONMENT)_/u.exec(name)?.[1] ?? null;
  const { id, secret, boundBy } = driver.variables(part);
  if ([id, secret, `${secret}_FILE`, ...boundBy].includes(name)) return true;
  const passed = gitEnvironment({
    env: { [name]: "x" },
    path: "/usr/bin",
    protocols: ["https"],
  });
  return passed[name] === "x";
}

/** Every variable of an option, and every word in capitals that the sources quote. */
function knownVariables(): ReadonlySet<string> {
  const options = COMMANDS.flatMap((entry) =>
    "subcommands" in entry ? entry.subcommands : [entry],
  ).flatMap(({ options: own }) => Object.keys(own));
  const flags = options.map((key) =>
    variableName(key.replace(/[A-Z]/gu, (letter) => `-${letter}`)),
  );
  const files = [
    "src/environment/database.ts",
    "src/secrets/sops/keys/age-identities.ts",
  ];
  const quoted = files.flatMap((file) =>
    [...textOf(file).matchAll(/"([A-Z][A-Z0-9_]+)"/gu)].map(
      ([, name = ""]) => name,
    ),
  );
  const notices = [
    ...textOf("src/environment/notifiers.ts").matchAll(
      /"(TIELINE_NOTIFY_(?:\w+_URL|\w+_SECRET))"/gu,
    ),
  ].map(([, name = ""]) => `${name}_FILE`);
  return new Set([...flags, ...quoted, ...notices]);
}

describe("the files of deploy/", () => {
  it("are YAML and JSON where their names say so", () => {
    for (const file of DEPLOY_FILES) {
      if (file.includes("/templates/")) continue;
      if (file.endsWith(".yaml"))
        expect(() => documentsOf(textOf(file)), file).not.toThrow();
      if (file.endsWith(".json"))
        expect(() => JSON.parse(textOf(file)) as unknown, file).not.toThrow();
    }
    expect(DEPLOY_FILES.length).toBeGreaterThan(20);
  });

  it("set no variable that nobody reads", () => {
    const known = knownVariables();
    const unread = [
      ...SOURCES,
      ["Dockerfile", textOf("Dockerfile")] as const,
    ].flatMap(([file, text]) =>
      [
        ...text
          .replaceAll("{{ $part }}", "PROD")
          .matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/gu),
      ]
        .map(([name]) => name)
        .filter((name) => !OTHERS.test(name) && !isRead(name, known))
        .map((name) => `${file}: ${name}`),
    );
    expect(unread).toEqual([]);
    expect(isRead("TIELINE_DATABASE_URI_FILE", known)).toBe(false);
    expect(isRead("SCALEKIT_PROD_CLIENT_SECRET_FIEL", known)).toBe(false);
  });

  it("name no registry and hold no secret", () => {
    for (const [file, text] of [
      ...SOURCES,
      ["Dockerfile", textOf("Dockerfile")] as const,
    ]) {
      expect(text, file).not.toMatch(
        /\b(?:docker|ghcr|quay|gcr|registry)\.[a-z]/u,
      );
      expect(text, file).not.toMatch(
        /AGE-SECRET-KEY-|:\/\/[^\s/:@]+:[^\s/@]+@|secretKeyRef/u,
      );
    }
  });
});

describe("the objects of Kubernetes", () => {
  it.each(FOLDERS)(
    "of %s are whole, restricted, and find each other",
    (folder, patched) => {
      const objects = kustomized(`deploy/kustomize/${folder}`);
      expect(objects.length).toBeGreaterThan(4);
      expect(problemsOf(objects, GRACE_SECONDS)).toEqual(patched);
    },
  );

  it.skipIf(KUBECTL === undefined).each(FOLDERS)(
    "of %s are so after kustomize, too",
    (folder) => {
      const text = outputOf(KUBECTL ?? "", [
        "kustomize",
        `deploy/kustomize/${folder}`,
      ]);
      expect(
        problemsOf(documentsOf(text).map(objectOf), GRACE_SECONDS),
      ).toEqual([]);
    },
  );

  it.each([
    [
      "runAsNonRoot: true",
      "runAsNonRoot: false",
      "securityContext.runAsNonRoot",
    ],
    ["runAsUser: 10001", "runAsUser: 0", "securityContext.runAsUser"],
    ["drop: [ALL]", "drop: [NET_RAW]", "capabilities.drop"],
    [
      "persistentVolumeClaim: { claimName: tieline-work }",
      "hostPath: { path: / }",
      "volume work",
    ],
    ["--follow=origin/main", "--folow=origin/main", "--folow"],
    ["name: tmp, mountPath: /tmp", "name: tmp, mountPath: /opt", "/opt"],
    [
      "name: metrics, containerPort",
      "name: other, containerPort",
      "no container has this port",
    ],
    [
      "component: reconciler\n  template",
      "component: other\n  template",
      "spec.selector",
    ],
    ['args: ["9090"', "args: [9090", "is no list of texts"],
    [
      "terminationGracePeriodSeconds: 75",
      "terminationGracePeriodSeconds: 30",
      "too short",
    ],
  ])("would be told of %s changed to %s", (from, to, told) => {
    const text = textOf("deploy/kustomize/base/deployment.yaml");
    expect(text).toContain(from);
    const objects = kustomized("deploy/kustomize/base").filter(
      ({ kind }) => kind !== "Deployment",
    );
    const planted = documentsOf(text.replaceAll(from, to)).map(objectOf);
    expect(
      problemsOf([...objects, ...planted], GRACE_SECONDS).join("\n"),
    ).toContain(told);
  });

  it("let nothing in by default, and out what is named", () => {
    const policy = kustomized("deploy/kustomize/base").find(
      ({ kind }) => kind === "NetworkPolicy",
    )?.body;
    expect(at(policy, "spec", "policyTypes")).toEqual(["Ingress", "Egress"]);
    expect(at(policy, "spec", "ingress")).toEqual([]);
    expect(
      listAt(policy, "spec", "egress").every(
        (rule) =>
          listAt(rule, "to").length > 0 && listAt(rule, "ports").length > 0,
      ),
    ).toBe(true);
  });
});

describe("the chart", () => {
  it("has a schema for each of its values, and the dashboard that is offered", () => {
    const schema: unknown = JSON.parse(textOf(`${CHART}/values.schema.json`));
    const [values] = documentsOf(textOf(`${CHART}/values.yaml`));
    const described = (
      node: unknown,
      value: unknown,
      path: string,
    ): string[] =>
      membersAt(node, "properties").length === 0
        ? []
        : membersAt(value).flatMap(([key, inner]) => {
            const part = at(node, "properties", key);
            const where = `${path}.${key}`;
            return part === undefined ? [where] : described(part, inner, where);
          });
    expect(described(schema, values, "")).toEqual([]);
    expect(JSON.parse(textOf(`${CHART}/dashboard.json`))).toEqual(
      JSON.parse(textOf("deploy/grafana/tieline.json")),
    );
    const { version } = JSON.parse(textOf("package.json")) as {
      version: string;
    };
    expect(documentsOf(textOf(`${CHART}/Chart.yaml`))).toMatchObject([
      { version, appVersion: version },
    ]);
  });

  it.skipIf(HELM === undefined).each([
    ["the most", MOST_VALUES],
    ["the fewest", FEWEST_VALUES],
  ])(
    "makes objects of %s values that obey the same rules",
    async (_, values) => {
      const text = await rendered(values);
      const objects = documentsOf(text).map(objectOf);
      expect(problemsOf(objects, GRACE_SECONDS)).toEqual([]);
    },
  );

  it.skipIf(HELM === undefined).each([
    ["two processes without a database", "replicas: 2"],
    [
      "an address with credentials",
      'repository: { url: "https://a:b@git.example/c" }',
    ],
    ["a value that nobody knows", "replica: 2"],
    ["tables to be made by nobody", "database: { migrate: { enabled: true } }"],
  ])("refuses %s", async (_, values) => {
    const whole = values.startsWith("repository")
      ? values
      : `${FEWEST_VALUES}${values}\n`;
    await expect(rendered(whole)).rejects.toThrow();
  });

  it.skipIf(
    HELM === undefined ||
      KUBECONFORM === undefined ||
      KUBE_SCHEMAS === undefined,
  )("makes objects that the schemas of Kubernetes take", async () => {
    const file = await written("objects.yaml", await rendered(MOST_VALUES));
    const args = [
      "-strict",
      "-schema-location",
      KUBE_SCHEMAS ?? "",
      "-skip",
      "ServiceMonitor",
      file,
    ];
    expect(() => outputOf(KUBECONFORM ?? "", args)).not.toThrow();
  });
});

async function rendered(values: string): Promise<string> {
  const file = await written("values.yaml", values);
  const args = [
    "template",
    "x",
    CHART,
    "--kube-version",
    "1.30.0",
    "--values",
    file,
  ];
  return outputOf(HELM ?? "", args);
}

describe("the dashboard", () => {
  it("asks for metrics that there are", async () => {
    const metrics = await createMetrics({
      clock: {
        now: () => 0,
        random: () => 0,
        sleep: () => Promise.resolve(),
      },
      settingsOf: () => null,
    });
    const text = (await metrics?.text([])) ?? "";
    const names = new Set(
      [...text.matchAll(/^# TYPE (\S+)/gmu)].map(([, name]) => name),
    );
    expect(names.size).toBeGreaterThan(15);
    const asked = [
      ...textOf("deploy/grafana/tieline.json").matchAll(/\btieline_[a-z_]+/gu),
    ]
      .map(([name]) => name)
      .map((name) =>
        names.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/u, ""),
      );
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
  });
});
