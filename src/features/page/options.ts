import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import type { Secret } from "../../domain/secret/secret.ts";
import type { WakeProof } from "../../domain/wake-proof.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ReconcileStore } from "../../ports/reconcile-store.ts";
import type { OverviewRow } from "./overview-row.ts";

/** What a caller may do: read; suspend, resume and start ticks; approve plans. */
export type Right = "view" | "operate" | "approve";

/** A shared word that lets in whoever knows it. */
export interface PageToken {
  /** Who it stands for in records: a team or a program, never the word itself. */
  readonly name: string;
  readonly word: Secret;
  readonly rights: readonly Right[];
}

/**
 * A proxy that signs people in and says who they are in `X-Forwarded-User` and
 * `X-Forwarded-Groups`. It proves itself by a word of its own in `X-Tieline-Proxy`, from wherever
 * it calls: more than the proxy can open a connection on loopback.
 */
export interface PageProxy {
  readonly word: Secret;
  /** Names of groups by right; `*` is everybody whom the proxy signed in. */
  readonly groups: Readonly<Record<Right, readonly string[]>>;
}

/** Who is let in. */
export interface PageAuth {
  readonly tokens: readonly PageToken[];
  readonly proxy: PageProxy | null;
}

/** Numbers about the reconciler, in the form that is asked for at `/metrics`. */
export interface PageMetrics {
  /** Of the answer of {@link PageMetrics.text}. */
  readonly contentType: string;
  text(rows: readonly OverviewRow[]): Promise<string>;
  /** Counts a request to wake the reconciler. */
  countWake?(result: "taken" | "refused"): void;
}

/** Wakes the reconciler from outside. */
export interface WakeHook {
  readonly proof: WakeProof;
  /** Makes every environment due. */
  readonly wakeAll: () => Promise<void>;
}

/** Something that people asked for, for the log. */
export interface OrderEntry {
  readonly environment: string;
  readonly by: string;
  readonly what: string;
}

/** What the page needs of the process around it. */
export interface PageOptions {
  readonly store: ReconcileStore;
  readonly clock: Clock;
  /** A name of loopback, or the address to listen on for others, which takes `auth`. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Names that people reach it by, with the port where they type one; `[]` where nobody knows. */
  readonly publicHosts: readonly string[];
  /** `null`: everybody who reaches it reads, and nobody does more. */
  readonly auth: PageAuth | null;
  /** `null` where numbers cannot be had. */
  readonly metrics: PageMetrics | null;
  /** Makes a tick due, after the order for it was stored. */
  readonly wake: (environment: string) => Promise<void>;
  /** `null` or none: nobody wakes it from outside. */
  readonly wakeHook?: WakeHook | null;
  /** `null` for an environment of another process. */
  readonly settingsOf: (environment: string) => ReconcileSettings | null;
  /** Milliseconds since the loop did something; `null` before it began. */
  readonly loopAgeMs: () => number | null;
  /** From when on the loop counts as stuck. */
  readonly maxLoopAgeMs: number;
  /** Takes out what must not be shown, as everywhere else. */
  readonly scrub: (text: string) => string;
  readonly onOrder: (entry: OrderEntry) => void;
  /** Told of what goes wrong in answering, in one sentence without anything from the request. */
  readonly onFailure: (message: string) => void;
  /** Shorter ones than usual. */
  readonly limits?: Partial<PageLimits>;
}

/** How long those who connect may take, in milliseconds. */
export interface PageLimits {
  /** For the head of a request. */
  readonly headMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** Between two requests on one connection. */
  readonly idleMs: number;
  /** Without a byte in either direction. */
  readonly silentMs: number;
  /** For taking an answer: who reads a byte a second holds a place no longer than this. */
  readonly sendingMs: number;
  /** For answering; what takes longer is answered without it. */
  readonly answerMs: number;
}

/** A page that is served. */
export interface Page {
  /** `http://127.0.0.1:8080`. */
  readonly address: string;
  /** Ends every connection. */
  close(): Promise<void>;
}
