/** Text as one word of a POSIX shell: what a message tells to paste. */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/u.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * As {@link shellWord}, for an argument of ours that may begin with a dash: it must not count as an
 * option.
 */
export function argumentWord(text: string): string {
  return text.startsWith("-") ? `-- ${shellWord(text)}` : shellWord(text);
}
