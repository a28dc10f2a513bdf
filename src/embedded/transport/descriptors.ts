import {
  create,
  createFileRegistry,
  DescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "./rpc-library.ts";
import type {
  DescFile,
  DescMessage,
  DescService,
  MessageInitShape,
} from "./rpc-library.ts";
import { ERROR_INFO } from "../wire/error-messages.ts";
import type { FieldSpec, FieldType, MessageSpec } from "../wire/field-spec.ts";
import { camelCase } from "../wire/members.ts";
import { RPCS } from "../service/service.ts";
import type { Rpc } from "../service/service.ts";

/** Our message definitions as protobuf descriptors. */
export interface Descriptors {
  /** By full name. */
  readonly services: ReadonlyMap<string, DescService>;
  /** The detail every refusal carries. */
  readonly errorInfo: DescMessage;
}

const WELL_KNOWN: ReadonlyMap<string, DescFile> = new Map(
  [
    file_google_protobuf_empty,
    file_google_protobuf_struct,
    file_google_protobuf_timestamp,
    file_google_protobuf_wrappers,
  ].map((file) => [file.proto.name, file]),
);

const ERROR_PACKAGE = "scalekit.v1.errdetails";

/** Builds the descriptors of every RPC. Takes a few milliseconds: once per server is enough. */
export function createDescriptors(): Descriptors {
  const bindings = Object.entries(RPCS).map(([name, rpc]) => ({
    name,
    rpc,
    ...rpc.binding,
  }));
  const names = [...new Set(bindings.map(({ service }) => service))];
  const services = names.map((service): [string, DescService] => {
    const rpcs = bindings.filter((binding) => binding.service === service);
    const registry = createPackage(packageOf(service), service, rpcs);
    const described = registry.getService(service);
    if (described === undefined) throw new TypeError(`no ${service} was built`);
    return [service, described];
  });
  const errors = createPackage(ERROR_PACKAGE, undefined, [], [ERROR_INFO]);
  const errorInfo = errors.getMessage(`${ERROR_PACKAGE}.${ERROR_INFO.name}`);
  if (errorInfo === undefined) throw new TypeError("no ErrorInfo was built");
  return { services: new Map(services), errorInfo };
}

interface BoundRpc {
  readonly name: string;
  readonly rpc: Rpc;
  readonly reply: MessageSpec | "Empty";
}

function createPackage(
  packageName: string,
  service: string | undefined,
  rpcs: readonly BoundRpc[],
  more: readonly MessageSpec[] = [],
): ReturnType<typeof createFileRegistry> {
  const parts: Parts = { packageName, messages: new Map(), enums: new Map() };
  for (const message of more) addMessage(parts, message);
  for (const { rpc, reply } of rpcs) {
    addMessage(parts, rpc.request);
    if (reply !== "Empty") addMessage(parts, reply);
  }
  const methods = rpcs.map(({ name, rpc, reply }) => ({
    name,
    inputType: typeNameOf(parts, rpc.request.name),
    outputType:
      reply === "Empty"
        ? ".google.protobuf.Empty"
        : typeNameOf(parts, reply.name),
  }));
  const services =
    service === undefined
      ? []
      : [
          create(ServiceDescriptorProtoSchema, {
            name: service.slice(packageName.length + 1),
            method: methods,
          }),
        ];
  const file = create(FileDescriptorProtoSchema, {
    name: `${packageName.replaceAll(".", "/")}.proto`,
    package: packageName,
    syntax: "proto3",
    dependency: [...WELL_KNOWN.keys()],
    messageType: [...parts.messages.values()].map((message) =>
      create(DescriptorProtoSchema, message),
    ),
    enumType: [...parts.enums].map(([name, values]) => ({
      name,
      value: values.map((value, number) => ({ name: value, number })),
    })),
    service: services,
  });
  return createFileRegistry(file, (name) => WELL_KNOWN.get(name));
}

interface Parts {
  readonly packageName: string;
  readonly messages: Map<
    string,
    MessageInitShape<typeof DescriptorProtoSchema>
  >;
  readonly enums: Map<string, readonly string[]>;
}

function addMessage(parts: Parts, { name, fields }: MessageSpec): void {
  if (parts.messages.has(name)) return;
  const published = Object.entries(fields).flatMap(([field, spec]) =>
    spec.number === null ? [] : [{ field, spec, number: spec.number }],
  );
  // An `optional` scalar is a group of its own in the descriptor; real groups come first.
  const groups = [
    ...new Set(published.flatMap(({ spec }) => spec.oneof ?? [])),
    ...published
      .filter(({ spec }) => spec.presence === "optional")
      .map(({ field }) => `_${field}`),
  ];
  parts.messages.set(name, {
    name,
    oneofDecl: groups.map((group) => ({ name: group })),
    field: published.map(({ field, spec, number }) => {
      const isOptional = spec.presence === "optional";
      const group = isOptional ? `_${field}` : spec.oneof;
      return create(FieldDescriptorProtoSchema, {
        name: field,
        jsonName: camelCase(field),
        number,
        ...(group === undefined ? {} : { oneofIndex: groups.indexOf(group) }),
        ...(isOptional ? { proto3Optional: true } : {}),
        ...describeType(parts, name, { field, spec }),
      });
    }),
    nestedType: published
      .filter(({ spec }) => spec.type.kind === "map")
      .map(({ field }) => mapEntry(field)),
  });
}

type TypeParts = Pick<
  MessageInitShape<typeof FieldDescriptorProtoSchema>,
  "type" | "typeName" | "label"
>;

function describeType(
  parts: Parts,
  message: string,
  { field, spec }: { readonly field: string; readonly spec: FieldSpec },
): TypeParts {
  const { type, presence } = spec;
  if (type.kind === "map") {
    return {
      label: Label.REPEATED,
      type: Type.MESSAGE,
      typeName: `${typeNameOf(parts, message)}.${entryName(field)}`,
    };
  }
  if (type.kind === "list") {
    return { label: Label.REPEATED, ...describeSingular(parts, type.of) };
  }
  const singular = describeSingular(parts, type);
  const wrapper = presence === "wrapper" ? WRAPPERS.get(type.kind) : undefined;
  return wrapper === undefined
    ? { label: Label.OPTIONAL, ...singular }
    : { label: Label.OPTIONAL, type: Type.MESSAGE, typeName: wrapper };
}

const WRAPPERS: ReadonlyMap<string, string> = new Map([
  ["string", ".google.protobuf.StringValue"],
  ["bool", ".google.protobuf.BoolValue"],
  ["uint32", ".google.protobuf.UInt32Value"],
]);

function describeSingular(parts: Parts, type: FieldType): TypeParts {
  switch (type.kind) {
    case "string":
      return { type: Type.STRING };
    case "bool":
      return { type: Type.BOOL };
    case "uint32":
      return { type: Type.UINT32 };
    case "int32":
      return { type: Type.INT32 };
    case "struct":
      return { type: Type.MESSAGE, typeName: ".google.protobuf.Struct" };
    case "values":
      return { type: Type.MESSAGE, typeName: ".google.protobuf.ListValue" };
    case "timestamp":
      return { type: Type.MESSAGE, typeName: ".google.protobuf.Timestamp" };
    case "enum":
      parts.enums.set(type.name, type.values);
      return { type: Type.ENUM, typeName: typeNameOf(parts, type.name) };
    case "opaque":
      addMessage(parts, { name: type.name, fields: {} });
      return { type: Type.MESSAGE, typeName: typeNameOf(parts, type.name) };
    case "message":
      addMessage(parts, type.message);
      return {
        type: Type.MESSAGE,
        typeName: typeNameOf(parts, type.message.name),
      };
    case "map":
    case "list":
      throw new TypeError("the wire has no lists of lists or maps");
  }
}

/**
 * A map is a list of pairs on the wire. @remarks Source: protobuf language guide, maps, backwards
 * compatibility.
 */
function mapEntry(
  field: string,
): MessageInitShape<typeof DescriptorProtoSchema> {
  const text = { type: Type.STRING, label: Label.OPTIONAL } as const;
  return {
    name: entryName(field),
    options: { mapEntry: true },
    field: [
      { name: "key", number: 1, ...text },
      { name: "value", number: 2, ...text },
    ],
  };
}

function entryName(field: string): string {
  const name = camelCase(field);
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Entry`;
}

function typeNameOf({ packageName }: Parts, name: string): string {
  return `.${packageName}.${name}`;
}

function packageOf(service: string): string {
  return service.slice(0, service.lastIndexOf("."));
}
