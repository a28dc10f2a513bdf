/**
 * What is used of the packages that speak gRPC and Connect. They are loaded with the first
 * connection of HTTP/2, from a file of their own.
 */
export {
  create,
  createFileRegistry,
  fromJson,
  toJson,
} from "@bufbuild/protobuf";
export type {
  DescFile,
  DescMessage,
  DescMethod,
  DescMethodUnary,
  DescService,
  Message,
  MessageInitShape,
} from "@bufbuild/protobuf";
export {
  DescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
export {
  Code,
  ConnectError,
  createConnectRouter,
  createContextKey,
  createContextValues,
} from "@connectrpc/connect";
export type { HandlerContext } from "@connectrpc/connect";
export {
  compressionBrotli,
  compressionGzip,
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- what replaces it makes servers
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
