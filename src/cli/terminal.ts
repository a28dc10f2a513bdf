import { join, relative, sep } from "node:path";
import { createInterface } from "node:readline/promises";
import { stripVTControlCharacters } from "node:util";
import { plainOutput } from "../util/plain-text.ts";
import { formOf } from "../command/forms.ts";
import type { GLOBAL_OPTIONS, Input, InputValue } from "../command/input.ts";
import { UserError, type StopSignal } from "../domain/problem/error.ts";
import type { Scrubber } from "../domain/secret/scrubber.ts";
import type { Interrupt, Io } from "../command/io.ts";
import { agentVariable } from "../command/agent.ts";
import { isPipeline } from "../command/switches.ts";
import { workspaceFolder } from "../command/workspace.ts";

/**
 * Narrowest and widest text that is laid out; outside of it terminals wrap or tables get hard to
 * follow.
 */
const MIN_WIDTH = 60;
const MAX_WIDTH = 120;

/** A key of an option every command has. */
type GlobalKey = keyof typeof GLOBAL_OPTIONS;

/** Whether a switch that every command has was given. */
type IsOn = (key: GlobalKey) => boolean;

/** Makes the `Io` of this process. The only place that writes to stdout and stderr. */
export function createTerminal(
  input: Input,
  scrubber: Scrubber,
  interrupt: Interrupt,
): Io {
  const valueOf = (key: GlobalKey): InputValue => input.options[key];
  const isOn: IsOn = (key) => valueOf(key) === true;
  const form = isOn("json") ? "json" : formOf(valueOf("output"));
  const canAsk =
    isTerminal(process.stdin) &&
    !isOn("noInput") &&
    !isPipeline(process.env) &&
    agentVariable(process.env) === undefined;
  const when = isOn("noColor") ? "never" : valueOf("color");
  const cwd = workingFolder();
  const fileFrom = filesFrom(cwd, valueOf("root"));
  const style = { ...styleOf(process.stdout, when), fileFrom };
  const errStyle = { ...styleOf(process.stderr, when), fileFrom };
  const plainErr = (text: string): string =>
    plainOutput(scrubber.scrub(text), { isPainted: errStyle.color });
  const { clear, draw } = transientLine();
  const err = (text: string): void => {
    clear();
    process.stderr.write(plainErr(text));
  };
  return {
    env: process.env,
    cwd,
    ...(isOn("traceHttp")
      ? {
          trace: (line: string) => {
            err(`${line}\n`);
          },
        }
      : {}),
    out: (text) => {
      clear();
      const form = { isPainted: style.color };
      process.stdout.write(plainOutput(scrubber.scrub(text), form));
    },
    commands: (text) => {
      clear();
      const form = { isPainted: false, hasCommands: true };
      process.stdout.write(plainOutput(scrubber.scrub(text), form));
    },
    err,
    transient: (line) => {
      draw(line === "" ? "" : plainErr(line));
    },
    style,
    errStyle,
    form,
    isJson: form === "json",
    isQuiet: isOn("quiet"),
    isVerbose: isOn("verbose"),
    canAsk,
    ask: (question) => {
      clear();
      return askLine(plainErr(question), interrupt);
    },
    scrubber,
    interrupt,
  };
}

/**
 * Asks on stderr and reads one line. @throws what the interrupt throws; UserError CLI005 where the
 * input ends (Ctrl-D) before an answer: that is none, and least of all a default.
 */
async function askLine(
  question: string,
  interrupt: Interrupt,
): Promise<string> {
  const prompt = createInterface({
    input: process.stdin,
    output: process.stderr,
  });
  // In raw mode Ctrl-C is a key and no signal reaches the process; hand it to whoever listens for
  // signals.
  prompt.on("SIGINT", () => {
    process.kill(process.pid, "SIGINT");
  });
  const end = new AbortController();
  prompt.once("close", () => {
    end.abort();
  });
  const signal = AbortSignal.any([interrupt.signal, end.signal]);
  try {
    return stripVTControlCharacters(
      await prompt.question(question, { signal }),
    ).trim();
  } catch (error) {
    if (end.signal.aborted && !interrupt.signal.aborted) {
      process.stderr.write("\n");
      throw new UserError("CLI005", "the input ended before an answer", {
        fix: "run the command again and answer, or give the answer by its option",
        notDone: "nothing was written",
      });
    }
    throw error;
  } finally {
    prompt.close();
  }
}

/** A line on stderr that is taken away before anything else is written. */
function transientLine(): {
  readonly clear: () => void;
  readonly draw: (text: string) => void;
} {
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) process.stderr.write("\r\u001b[2K");
    isDrawn = false;
  };
  return {
    clear,
    draw: (text) => {
      clear();
      if (text === "") return;
      process.stderr.write(text);
      isDrawn = true;
    },
  };
}

/** What is named from the folder of the configuration, and nothing else. */
const OF_THE_CONFIGURATION = /^(?:connections|environments|templates)\//u;

/** How files of the configuration are named from the working folder. */
function filesFrom(cwd: string, root: InputValue): (file: string) => string {
  const options = typeof root === "string" ? { root } : {};
  const folder = cwd === "" ? undefined : workspaceFolder({ options }, { cwd });
  const isHere = folder === undefined || relative(cwd, folder) === "";
  return (file) =>
    isHere || !OF_THE_CONFIGURATION.test(file)
      ? file
      : relative(cwd, join(folder, file)).split(sep).join("/");
}

/** `""` when it is gone. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "";
  }
}

function styleOf(
  stream: NodeJS.WriteStream,
  when: InputValue,
): { color: boolean; width: number } {
  const columns = stream.isTTY ? stream.columns : 100;
  return {
    color: wantsColor(stream, when),
    width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, columns)),
  };
}

/**
 * @remarks Source: no-color.org (any non-empty value), and the FORCE_COLOR convention of Node's own
 * tools.
 */
function wantsColor(stream: NodeJS.WriteStream, when: InputValue): boolean {
  if (when === "never") return false;
  if (when === "always") return true;
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0")
    return true;
  return isTerminal(stream) && TERM !== "dumb";
}

/** Node says nothing of a stream that is none. */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}

/** Signals that ask to stop. The two last ones come when a terminal is closed, and from Ctrl-\\. */
const STOP_SIGNALS: readonly StopSignal[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
];

/**
 * Listens for the signals that ask to stop. @returns the interrupt, and a function that stops
 * listening.
 */
export function listenForInterrupts(): {
  readonly interrupt: Interrupt;
  readonly stop: () => void;
} {
  const abort = new AbortController();
  let requested: StopSignal | undefined;
  let isWriting = false;
  let serving: Parameters<Interrupt["beginServing"]>[0] | undefined;
  const onSignal = (signal: StopSignal): void => {
    if (serving?.(signal) === "taken") return;
    const isFirst = requested === undefined;
    // A terminal that closes says so more than once: by the kernel and by its shell. That is one
    // request.
    if (signal === "SIGHUP" && requested === "SIGHUP") return;
    requested ??= signal;
    if (isWriting && isFirst) {
      process.stderr.write(
        "\nstopping: what is in flight is finished and recorded; again to cut it short\n",
      );
      return;
    }
    abort.abort(new Error(`interrupted by ${signal}`));
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  return {
    interrupt: {
      requested: () => requested,
      signal: abort.signal,
      beginWriting: () => {
        isWriting = true;
      },
      beginServing: (taker) => {
        isWriting = true;
        serving = taker;
      },
    },
    stop: () => {
      for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
    },
  };
}
