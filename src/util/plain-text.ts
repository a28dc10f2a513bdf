/*
 * The one place that knows what text must not hold when it leaves the program. Everything that
 * comes from outside goes through `plainText` on its way into a sentence, and everything that is
 * written goes through `plainOutput` on its way out.
 */

/**
 * Everything that would move the cursor, reorder the line, hide itself or start a new line: control
 * and format characters, lone surrogates, line and paragraph separators and what Unicode says to
 * draw as nothing. The two selectors that choose how a pictograph looks stay behind one, and behind
 * nothing else: a row of them can carry a text that nobody sees.
 * @remarks Source: Unicode general categories Cc, Cf, Cs, Zl, Zp and the property
 * Default_Ignorable_Code_Point.
 */
const UNSAFE_CLASS =
  "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]";
const UNSAFE = `(?!(?<=\\p{Extended_Pictographic}|[0-9#*](?=.\\u20e3))[\\ufe0e\\ufe0f])${UNSAFE_CLASS}`;

/**
 * The first character of a mark that pipelines look for anywhere in a line: `##[group]`,
 * `##vso[task…]`, `##teamcity[…]`.
 * @remarks Source: the documentation of Azure Pipelines and TeamCity, and the older form of
 * GitHub's commands.
 */
const MARK = "#(?=#[\\w.-]*\\[)";

const UNSAFE_TEXT = new RegExp(`${UNSAFE}|${MARK}`, "gu");

const SHORT: Readonly<Record<string, string>> = {
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\t": String.raw`\t`,
};

/**
 * Text that cannot act on a terminal or in a pipeline and stays on its line: every unsafe character
 * becomes a visible escape such as `\u{1b}` or `\n`. Applying it twice changes nothing. Letters of
 * right-to-left scripts are left as they are.
 */
export function plainText(text: string): string {
  // Nearly every text is printable ASCII without a mark, which is told faster.
  if (/^[\u0020-\u0022\u0024-\u007e]*$/u.test(text)) return text;
  return text.replace(
    UNSAFE_TEXT,
    (unsafe) => SHORT[unsafe] ?? visible(unsafe),
  );
}

/**
 * The same characters as escapes of JSON, for text that is JSON already: line feeds between members
 * stay, everything else that is unsafe becomes `\uXXXX` (two of them beyond the basic plane), so
 * the text still parses to the same value.
 */
export function plainJsonText(json: string): string {
  return json.replace(UNSAFE_TEXT, (unsafe) =>
    unsafe === "\n"
      ? unsafe
      : Array.from({ length: unsafe.length }, (_, unit) =>
          escaped("\\u", unsafe.charCodeAt(unit), 4),
        ).join(""),
  );
}

/** The same as escapes of YAML, for text in which whatever needs them stands in double quotes. */
export function plainYamlText(yaml: string): string {
  return yaml.replace(UNSAFE_TEXT, (unsafe) => {
    if (unsafe === "\n") return unsafe;
    const code = unsafe.codePointAt(0) ?? 0;
    return code > 0xffff ? escaped("\\U", code, 8) : escaped("\\u", code, 4);
  });
}

/**
 * False for a text that could act on a terminal or in a pipeline if it were written as it is, each
 * of its lines as one.
 */
export function isPlain(text: string): boolean {
  return plainOutput(text, { isPainted: false }) === text;
}

/** Colours and weights of this program, and no other sequence. */
const PAINT = String.raw`\u001b\[(?:0|1|2|31|32|33|36)m`;
const UNSAFE_OUTPUT = new RegExp(`${PAINT}|${UNSAFE}|${MARK}`, "gu");

/**
 * What begins a command at the beginning of a line. Blanks before it are passed over, as the runner
 * does.
 * @remarks Source: the parser of GitHub's runner, which trims each line and then looks for two
 * colons.
 */
const COMMAND = new RegExp(`^((?:[^\\S\\n]|${PAINT})*):(?=:)`, "gmu");

/**
 * A whole output as it may be written: lines stay lines, colours stay where they are wanted, and
 * nothing else acts. For text that was put together from safe parts it changes only what became a
 * command by the place it got.
 */
export function plainOutput(text: string, form: OutputForm): string {
  const { isPainted, hasCommands = false } = form;
  const plain = text.replace(UNSAFE_OUTPUT, (found) => {
    if (found === "\n" || (isPainted && found.length > 2)) return found;
    return found.length > 2
      ? found.replace("\u001b", visible)
      : (SHORT[found] ?? visible(found));
  });
  return hasCommands
    ? plain
    : plain.replace(
        COMMAND,
        (_all, blanks: string) => `${blanks}${visible(":")}`,
      );
}

/** What an output may hold beside plain text. */
export interface OutputForm {
  /** Our own colours. */
  readonly isPainted: boolean;
  /** True for annotations that are meant as commands. */
  readonly hasCommands?: boolean;
}

function visible(character: string): string {
  return `\\u{${Number(character.codePointAt(0)).toString(16)}}`;
}

function escaped(prefix: string, code: number, digits: number): string {
  return prefix + code.toString(16).padStart(digits, "0");
}
