import type { JsonObject } from "../domain/json.ts";
import type { Notice } from "../domain/reconcile/notice.ts";
import { shortCommit } from "../domain/provenance.ts";
import type { Notifier } from "../ports/notifier.ts";
import { plainText } from "../util/plain-text.ts";
import { openReceiver, type ReceiverOptions } from "./receiver.ts";

/**
 * @remarks Source: Slack, "Block Kit": 150 characters of a header, 3,000 of a section's text, 50
 * blocks of a message.
 */
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;
/** Far below 50 with the header and the last line: who reads ten screens of a notice? */
const MAX_SECTIONS = 10;
/** Of the text that stands for the blocks where there is no room for them. */
const MAX_FALLBACK = 1_000;

const MARKS: Readonly<Record<Notice["level"], string>> = {
  info: "ok",
  warning: "warning",
  alert: "ALERT",
};

/** Posts notices to an incoming webhook of Slack, or of what takes the same. */
export function openSlack(options: ReceiverOptions): Notifier {
  const receiver = openReceiver(options);
  return {
    name: receiver.name,
    takes: () => true,
    send: (notice, signal) =>
      receiver.post(
        // Slack shows a message that comes twice twice.
        { body: JSON.stringify(slackMessage(notice)), isIdempotent: false },
        signal,
      ),
    close: () => receiver.close(),
  };
}

/**
 * A notice as a message. Every text is `plain_text`, in which Slack looks for no mention, link,
 * picture or mark, and its three control characters are escaped all the same.
 */
export function slackMessage(notice: Notice): JsonObject {
  const { level, title, lines, environment, commit, at } = notice;
  const head = `${MARKS[level]}: ${title}`;
  const foot = [
    environment,
    ...(notice.isProduction ? ["production"] : []),
    notice.kind,
    ...(commit === null ? [] : [shortCommit(commit)]),
    at,
  ].join(" · ");
  return {
    text: escaped(plainText(head), MAX_FALLBACK),
    mrkdwn: false,
    parse: "none",
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: "header", text: plain(plainText(head), MAX_HEADER) },
      ...sectionsOf(lines).map((text) => ({
        type: "section",
        text: plain(text, MAX_SECTION),
      })),
      { type: "context", elements: [plain(plainText(foot), MAX_SECTION)] },
    ],
  };
}

function plain(text: string, most: number): JsonObject {
  return { type: "plain_text", text: escaped(text, most), emoji: false };
}

/** As many lines in one section as fit; what is beyond the last one is only told to be there. */
function sectionsOf(lines: readonly string[]): readonly string[] {
  const sections: string[] = [];
  for (const line of lines.map(plainText).filter((text) => text !== "")) {
    const last = sections.at(-1);
    const joined = `${last ?? ""}\n${line}`;
    if (last !== undefined && escapedLength(joined) <= MAX_SECTION)
      sections[sections.length - 1] = joined;
    else if (sections.length < MAX_SECTIONS) sections.push(line);
    else return [...sections, "…"];
  }
  return sections;
}

const CONTROL: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
};

function escapedLength(text: string): number {
  return text.replace(/[&<>]/gu, (found) => CONTROL[found] ?? found).length;
}

/** Escaped and within a number of characters; no escape is cut in two. */
function escaped(text: string, most: number): string {
  let length = 0;
  const kept: string[] = [];
  for (const character of text.toWellFormed()) {
    const safe = CONTROL[character] ?? character;
    if (length + safe.length > most) return cutEnd(kept, length, most);
    kept.push(safe);
    length += safe.length;
  }
  return kept.join("");
}

function cutEnd(kept: string[], length: number, most: number): string {
  let left = length;
  while (left + 1 > most) left -= kept.pop()?.length ?? 1;
  return `${kept.join("")}…`;
}
