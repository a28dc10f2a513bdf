import type { Outcome } from "./outcome.ts";

/**
 * Progress of a run. Terminal, JSON lines and tests are consumers; nothing else reports progress.
 * Holds no secret.
 */
export type RunEvent =
  | {
      readonly kind: "phase";
      readonly phase:
        "documents" | "observe" | "plan" | "secrets" | "apply" | "record";
    }
  | { readonly kind: "listed"; readonly count: number }
  | { readonly kind: "fetched"; readonly done: number; readonly total: number }
  | {
      readonly kind: "change-started";
      readonly key: string;
      readonly action: string;
    }
  | { readonly kind: "step"; readonly key: string; readonly step: string }
  | {
      readonly kind: "change-finished";
      readonly outcome: Outcome;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: "notice"; readonly message: string };
