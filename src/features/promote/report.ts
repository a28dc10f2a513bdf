import type { ComparedConnection } from "../compare/report.ts";
import type { FileChange } from "../../domain/source-file.ts";

/** What is carried over, and what stays as it is. */
export interface Promotion {
  readonly from: string;
  readonly to: string;
  /** Fields that the target will ask for as the source does, by connection. */
  readonly carried: readonly ComparedConnection[];
  /** Connections the target did not have. */
  readonly added: readonly string[];
  /** Connections that stay as they are, and why. */
  readonly kept: readonly { readonly key: string; readonly why: string }[];
  /** What has to be written for it. */
  readonly changes: readonly FileChange[];
}
