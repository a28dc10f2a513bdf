import type { ProcessEnv } from "../domain/environment-access.ts";
import type { StopSignal } from "../domain/problem/error.ts";
import type { Scrubber } from "../domain/secret/scrubber.ts";
import type { Style } from "../output/style.ts";
import type { Form } from "./forms.ts";

/**
 * The process as a command sees it: scrubbed streams, the environment, and how the user wants
 * things shown.
 */
export interface Io {
  readonly env: ProcessEnv;
  readonly cwd: string;
  /** The result. In JSON mode this is called once, with one JSON value. */
  out(text: string): void;
  /**
   * Annotations that a pipeline is meant to carry out, made by the renderer for them and by nobody
   * else.
   */
  commands(text: string): void;
  /** Everything else: progress, warnings, prompts. */
  err(text: string): void;
  /**
   * A line on a terminal's stderr that the next line, of whatever kind, takes the place of; an
   * empty one only takes it away.
   */
  transient(line: string): void;
  /** A line about a request, where `--trace-http` asks for it. */
  readonly trace?: (line: string) => void;
  readonly style: Style;
  readonly errStyle: Style;
  /** How the result is written. */
  readonly form: Form;
  /** The same as the form `json`. */
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  /** True when a person can be asked: stdin is a terminal and `--no-input` was not given. */
  readonly canAsk: boolean;
  /** Asks on stderr and reads one line. */
  ask(question: string): Promise<string>;
  /** Every byte written passes through it, and then through `plainOutput`. */
  readonly scrubber: Scrubber;
  readonly interrupt: Interrupt;
}

/** The two ways to stop: the first signal asks, the second cuts short. */
export interface Interrupt {
  /** The signal that asked to stop, or `undefined`. */
  requested(): StopSignal | undefined;
  /** Aborted by the first signal while only reading, by the second while writing. */
  readonly signal: AbortSignal;
  /** From here on the first signal only asks: what is in flight is finished and recorded. */
  beginWriting(): void;
  /**
   * The same for what runs until it is told to stop: every signal is told, and one that `onSignal`
   * takes for itself asks for nothing else.
   */
  beginServing(onSignal: (signal: StopSignal) => "taken" | "stop"): void;
}
