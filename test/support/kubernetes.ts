/** Rules that the Kubernetes objects of deploy/ are held to, with or without a cluster. */
import { parseCommandLine } from "../../src/cli/program.ts";

/** A value of a YAML document of which nothing is known. */
type Node = unknown;

/** An object of Kubernetes, as far as every one is alike. */
export interface KubeObject {
  readonly kind: string;
  readonly name: string;
  readonly body: Node;
}

/** Which version each kind is written in. */
const VERSIONS: Readonly<Record<string, string>> = {
  Namespace: "v1",
  ServiceAccount: "v1",
  ConfigMap: "v1",
  PersistentVolumeClaim: "v1",
  Service: "v1",
  Deployment: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  NetworkPolicy: "networking.k8s.io/v1",
  ServiceMonitor: "monitoring.coreos.com/v1",
};

/** Where the pod of a workload is. */
const PODS: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/** Volumes that the restricted profile allows. */
const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** What a pod must say: the restricted profile, and no token of the API server. */
const POD_RULES: readonly Rule[] = [
  [["automountServiceAccountToken"], (v) => v === false],
  [["securityContext", "runAsNonRoot"], (v) => v === true],
  [["securityContext", "runAsUser"], (v) => isPositive(v)],
  [["securityContext", "runAsGroup"], (v) => isPositive(v)],
  [
    ["securityContext", "seccompProfile", "type"],
    (v) => v === "RuntimeDefault",
  ],
  [["hostNetwork"], (v) => v === undefined],
  [["hostPID"], (v) => v === undefined],
  [["hostIPC"], (v) => v === undefined],
  [["serviceAccountName"], (v) => typeof v === "string"],
];

/** What each container must say. */
const CONTAINER_RULES: readonly Rule[] = [
  [["securityContext", "allowPrivilegeEscalation"], (v) => v === false],
  [["securityContext", "readOnlyRootFilesystem"], (v) => v === true],
  [["securityContext", "privileged"], (v) => v === undefined],
  [["securityContext", "runAsUser"], (v) => v === undefined || isPositive(v)],
  [["securityContext", "capabilities", "drop"], (v) => String(v) === "ALL"],
  [["securityContext", "capabilities", "add"], (v) => v === undefined],
  [["resources", "requests", "memory"], (v) => typeof v === "string"],
  [["resources", "limits", "memory"], (v) => typeof v === "string"],
  [["image"], (v) => typeof v === "string" && !v.endsWith(":latest")],
];

type Rule = readonly [path: readonly string[], holds: (value: Node) => boolean];

/** Folders that may be written to. */
const WRITABLE = ["/var/lib/tieline", "/tmp"];

/** What lies at a path, or `undefined`. */
export function at(node: Node, ...path: readonly (string | number)[]): Node {
  let value = node;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value;
}

/** The list at a path; none is an empty one. */
export function listAt(
  node: Node,
  ...path: readonly string[]
): readonly Node[] {
  const value = at(node, ...path);
  return Array.isArray(value) ? value : [];
}

/** The members at a path. */
export function membersAt(
  node: Node,
  ...path: readonly string[]
): readonly (readonly [string, Node])[] {
  const value = at(node, ...path);
  return typeof value === "object" && value !== null
    ? Object.entries(value)
    : [];
}

/** What a document says it is. */
export function objectOf(body: Node): KubeObject {
  return {
    kind: String(at(body, "kind")),
    name: String(at(body, "metadata", "name")),
    body,
  };
}

/** What is wrong with objects that are applied together, each in a line. */
export function problemsOf(
  objects: readonly KubeObject[],
  graceSeconds: number,
): readonly string[] {
  return objects.flatMap((object) => {
    const pod = podOf(object);
    return [
      ...headProblems(object),
      ...selectorProblems(object, objects),
      ...(pod === undefined
        ? []
        : podProblems(at(pod, "spec"), objects, graceSeconds)),
    ].map((problem) => `${object.kind} ${object.name}: ${problem}`);
  });
}

function headProblems({ kind, name, body }: KubeObject): string[] {
  const isName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/u.test(name);
  return [
    ...(at(body, "apiVersion") === VERSIONS[kind] ? [] : ["apiVersion"]),
    ...(isName ? [] : ["metadata.name"]),
    ...(kind === "Namespace" || at(body, "metadata", "labels") !== undefined
      ? []
      : ["metadata.labels"]),
  ];
}

function podOf({ kind, body }: KubeObject): Node {
  const path = PODS[kind];
  return path === undefined ? undefined : at(body, ...path);
}

/** Whether each selector finds what it is for. */
function selectorProblems(
  { kind, body }: KubeObject,
  objects: readonly KubeObject[],
): string[] {
  const pods = objects.map(podOf).filter((pod) => pod !== undefined);
  const labels = pods.map((pod) => membersAt(pod, "metadata", "labels"));
  const own = membersAt(podOf({ kind, name: "", body }), "metadata", "labels");
  if (kind === "Deployment")
    return selects(membersAt(body, "spec", "selector", "matchLabels"), own)
      ? []
      : ["spec.selector is not its own pods"];
  if (kind === "NetworkPolicy")
    return found(
      membersAt(body, "spec", "podSelector", "matchLabels"),
      labels,
      "spec.podSelector",
    );
  if (kind === "ServiceMonitor")
    return found(
      membersAt(body, "spec", "selector", "matchLabels"),
      objects
        .filter((other) => other.kind === "Service")
        .map((service) => membersAt(service.body, "metadata", "labels")),
      "spec.selector",
    );
  if (kind !== "Service") return [];
  const wanted = membersAt(body, "spec", "selector");
  const names = pods
    .filter((pod) => selects(wanted, membersAt(pod, "metadata", "labels")))
    .flatMap((pod) => listAt(pod, "spec", "containers"))
    .flatMap((container) => listAt(container, "ports"))
    .map((port) => at(port, "name"));
  return [
    ...found(wanted, labels, "spec.selector"),
    ...listAt(body, "spec", "ports")
      .filter((port) => !names.includes(at(port, "targetPort")))
      .map(() => "spec.ports: no container has this port"),
  ];
}

type Labels = readonly (readonly [string, Node])[];

function found(
  wanted: Labels,
  those: readonly Labels[],
  what: string,
): string[] {
  return those.some((labels) => selects(wanted, labels))
    ? []
    : [`${what} finds nothing`];
}

function selects(wanted: Labels, labels: Labels): boolean {
  const has = new Map(labels);
  return (
    wanted.length > 0 && wanted.every(([key, value]) => has.get(key) === value)
  );
}

function podProblems(
  spec: Node,
  objects: readonly KubeObject[],
  graceSeconds: number,
): string[] {
  const main = listAt(spec, "containers");
  const containers = [...listAt(spec, "initContainers"), ...main];
  const reconciles = main.some((each) => argsOf(each).includes("reconcile"));
  const grace = at(spec, "terminationGracePeriodSeconds");
  return [
    ...broken(spec, POD_RULES),
    ...(reconciles && !(typeof grace === "number" && grace > graceSeconds)
      ? ["terminationGracePeriodSeconds is too short"]
      : []),
    ...referenceProblems(spec, objects),
    ...listAt(spec, "volumes")
      .filter(
        (volume) => !VOLUMES.some((type) => at(volume, type) !== undefined),
      )
      .map((volume) => `volume ${String(at(volume, "name"))} has another type`),
    ...containers.flatMap((container) =>
      containerProblems(container, spec, objects).map(
        (problem) => `${String(at(container, "name"))}: ${problem}`,
      ),
    ),
  ];
}

function referenceProblems(
  spec: Node,
  objects: readonly KubeObject[],
): string[] {
  const claims = listAt(spec, "volumes")
    .map((volume) => at(volume, "persistentVolumeClaim", "claimName"))
    .filter((name) => name !== undefined);
  return [
    ...missing(objects, "ServiceAccount", [at(spec, "serviceAccountName")]),
    ...missing(objects, "PersistentVolumeClaim", claims),
  ];
}

function containerProblems(
  container: Node,
  spec: Node,
  objects: readonly KubeObject[],
): string[] {
  const volumes = listAt(spec, "volumes").map((volume) => at(volume, "name"));
  const mounts = listAt(container, "volumeMounts");
  const maps = listAt(container, "envFrom").map((from) =>
    at(from, "configMapRef", "name"),
  );
  const lists = [
    ...["command", "args"].map((name) => at(container, name)),
    ...["startupProbe", "livenessProbe", "readinessProbe"].map((name) =>
      at(container, name, "exec", "command"),
    ),
  ];
  return [
    ...broken(container, CONTAINER_RULES),
    ...lists
      .filter((list) => list !== undefined && !isTexts(list))
      .map((list) => `${JSON.stringify(list)} is no list of texts`),
    ...mounts
      .filter((mount) => !volumes.includes(at(mount, "name")))
      .map((mount) => `no volume ${String(at(mount, "name"))}`),
    ...mounts
      .filter((mount) => at(mount, "readOnly") !== true)
      .map((mount) => String(at(mount, "mountPath")))
      .filter((path) => !WRITABLE.includes(path))
      .map((path) => `${path} can be written to`),
    ...listAt(container, "env")
      .filter((entry) => at(entry, "valueFrom") !== undefined)
      .map((entry) => `${String(at(entry, "name"))} is no plain value`),
    ...listAt(container, "ports")
      .filter((port) => at(port, "hostPort") !== undefined)
      .map(() => "hostPort"),
    ...missing(objects, "ConfigMap", maps),
    ...(at(container, "command") === undefined
      ? commandLineProblems(argsOf(container))
      : []),
  ];
}

/** What the command line of this program says against arguments. */
export function commandLineProblems(args: readonly string[]): string[] {
  const parsed = parseCommandLine(args, "0.0.0", {});
  if (parsed.kind === "run") return [];
  return [parsed.kind === "usage" ? parsed.message : "it runs no command"];
}

function argsOf(container: Node): readonly string[] {
  return listAt(container, "args").map(String);
}

function broken(node: Node, rules: readonly Rule[]): string[] {
  return rules
    .filter(([path, holds]) => !holds(at(node, ...path)))
    .map(([path]) => path.join("."));
}

function missing(
  objects: readonly KubeObject[],
  kind: string,
  names: readonly Node[],
): string[] {
  return names
    .filter((name) => !objects.some((o) => o.kind === kind && o.name === name))
    .map((name) => `there is no ${kind} ${String(name)}`);
}

/** What YAML takes for a number or a mapping is no argument. */
function isTexts(value: Node): boolean {
  return (
    Array.isArray(value) && value.every((each) => typeof each === "string")
  );
}

function isPositive(value: Node): boolean {
  return typeof value === "number" && value > 0;
}
