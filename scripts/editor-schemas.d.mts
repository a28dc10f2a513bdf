import type { JsonObject } from "../src/domain/json.ts";

/** The schema of overlays, from that of connections. */
export declare function overlayOf(connection: JsonObject): JsonObject;
/** The schema of templates, from that of connections. */
export declare function templateOf(connection: JsonObject): JsonObject;
