import type { JsonObject } from "../src/domain/json.ts";

/** A schema as validators and types take it. */
export declare function withoutEditorPart(schema: JsonObject): JsonObject;
/** The schema of overlays, from that of connections. */
export declare function overlayOf(connection: JsonObject): JsonObject;
/** The schema of templates, from that of connections. */
export declare function templateOf(connection: JsonObject): JsonObject;
