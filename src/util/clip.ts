/**
 * The beginning of a text that is longer than so many characters, with a sign that there is more.
 */
export function clip(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const kept = Array.from(text.slice(0, 2 * characters)).slice(0, characters);
  const isWhole = kept.join("").length === text.length;
  return isWhole ? text : `${kept.join("")}…`;
}
