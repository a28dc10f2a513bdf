import { readFileSync } from "node:fs";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import type { FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import { camelCase } from "../../src/embedded/wire/members.ts";

/*
 * What the vendor's Python SDK 2.21.0 says about the wire (`test/vendor/facts.json`, written by
 * `facts.py` beside it): the second source of truth besides the descriptors of the Node SDK 2.11.0,
 * which is older.
 */

/** A rule of the descriptors, by its path: `string.max_len`. */
export type Rules = Readonly<Record<string, unknown>>;

/** One field of a message. */
export interface FieldFact {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  /** Message or enum. */
  readonly of?: string;
  readonly repeated?: boolean;
  readonly optional?: boolean;
  readonly oneof?: string;
  readonly rules?: Rules;
  readonly output_only?: boolean;
  readonly input_only?: boolean;
}

/** A message; an opaque one is a name. */
export interface MessageFact {
  readonly opaque?: boolean;
  readonly rules?: Rules;
  readonly fields?: readonly FieldFact[];
}

/** One call. */
export interface RpcFact {
  readonly request: string;
  readonly reply: string;
  readonly http: readonly {
    readonly method: string;
    readonly path: string;
    readonly body?: string;
  }[];
  /** Kinds of callers, as bits. */
  readonly callers: number;
  readonly permissions: readonly string[];
}

/** Everything that was taken from the descriptors. */
export interface Facts {
  readonly source: Readonly<Record<string, string>>;
  /** By service and method: `scalekit.v1.connections.ConnectionService/GetConnection`. */
  readonly rpcs: Readonly<Record<string, RpcFact>>;
  readonly messages: Readonly<Record<string, MessageFact>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Where the facts are kept. */
export const FACTS_FILE = new URL("../vendor/facts.json", import.meta.url);

// Written by a program of ours; its form is what the types above say.
export const FACTS = JSON.parse(readFileSync(FACTS_FILE, "utf8")) as Facts;

/** The bit of environment client credentials among the kinds of callers. */
export const CLIENT = 4;

/** The fact of a call, by the name of its method. */
export function rpcFact(name: string): RpcFact {
  const [found] = Object.entries(FACTS.rpcs).filter(([full]) =>
    full.endsWith(`/${name}`),
  );
  if (found === undefined) throw new TypeError(`the vendor has no ${name}`);
  return found[1];
}

/** The fields of a message by name. */
export function fieldsOf(message: string): ReadonlyMap<string, FieldFact> {
  const fields = FACTS.messages[message]?.fields ?? [];
  return new Map(fields.map((field) => [field.name, field]));
}

const PACKAGE = "vendor";

const SCALARS: Readonly<Record<string, Type>> = {
  string: Type.STRING,
  bool: Type.BOOL,
  uint32: Type.UINT32,
  int32: Type.INT32,
};

/** Messages as the library takes them, built from the facts. */
export function vendorMessage(name: string): DescMessage {
  if (name === "google.protobuf.Empty") {
    const [empty] = file_google_protobuf_empty.messages;
    if (empty !== undefined) return empty;
  }
  const found = REGISTRY.getMessage(`${PACKAGE}.${flat(name)}`);
  if (found === undefined) throw new TypeError(`the vendor has no ${name}`);
  return found;
}

const REGISTRY = createRegistry();

function createRegistry(): ReturnType<typeof createFileRegistry> {
  const known: ReadonlyMap<string, DescFile> = new Map(
    [
      file_google_protobuf_empty,
      file_google_protobuf_struct,
      file_google_protobuf_timestamp,
      file_google_protobuf_wrappers,
    ].map((file) => [file.proto.name, file]),
  );
  const file = create(FileDescriptorProtoSchema, {
    name: "vendor.proto",
    package: PACKAGE,
    syntax: "proto3",
    dependency: [...known.keys()],
    messageType: Object.entries(FACTS.messages).map(([name, message]) =>
      describe(name, message.fields ?? []),
    ),
    enumType: Object.entries(FACTS.enums).map(([name, values]) => ({
      name,
      value: Object.entries(values).map(([value, number]) => ({
        name: value,
        number,
      })),
    })),
  });
  return createFileRegistry(file, (name) => known.get(name));
}

function describe(
  name: string,
  fields: readonly FieldFact[],
): ReturnType<typeof create<typeof DescriptorProtoSchema>> {
  const groups = [
    ...new Set(fields.flatMap(({ oneof }) => oneof ?? [])),
    ...fields.filter(({ optional }) => optional).map((each) => `_${each.name}`),
  ];
  const maps = fields.filter(({ type }) => type === "map");
  return create(DescriptorProtoSchema, {
    name: flat(name),
    oneofDecl: groups.map((group) => ({ name: group })),
    field: fields.map((field) => {
      const group = field.optional === true ? `_${field.name}` : field.oneof;
      return create(FieldDescriptorProtoSchema, {
        name: field.name,
        jsonName: camelCase(field.name),
        number: field.number,
        label:
          field.repeated === true || field.type === "map"
            ? Label.REPEATED
            : Label.OPTIONAL,
        ...(group === undefined ? {} : { oneofIndex: groups.indexOf(group) }),
        ...(field.optional === true ? { proto3Optional: true } : {}),
        ...typeOf(name, field),
      });
    }),
    nestedType: maps.map((field) => ({
      name: entryOf(field),
      options: { mapEntry: true },
      field: [
        { name: "key", number: 1, type: Type.STRING, label: Label.OPTIONAL },
        { name: "value", number: 2, type: Type.STRING, label: Label.OPTIONAL },
      ],
    })),
  });
}

function typeOf(
  message: string,
  field: FieldFact,
): Partial<Pick<FieldDescriptorProto, "type" | "typeName">> {
  if (field.type === "map")
    return {
      type: Type.MESSAGE,
      typeName: `.${PACKAGE}.${flat(message)}.${entryOf(field)}`,
    };
  const scalar = SCALARS[field.type];
  if (scalar !== undefined) return { type: scalar };
  const { of = "" } = field;
  return {
    type: field.type === "enum" ? Type.ENUM : Type.MESSAGE,
    typeName: of.startsWith("google.") ? `.${of}` : `.${PACKAGE}.${flat(of)}`,
  };
}

function entryOf({ name }: FieldFact): string {
  const camel = camelCase(name);
  return `${camel.slice(0, 1).toUpperCase()}${camel.slice(1)}Entry`;
}

/** A nested message stands beside its parent here; the bytes are the same. */
function flat(name: string): string {
  return name.replaceAll(".", "_");
}
