/**
 * What a run may do, counted. Documents come from anyone who can open a pull request, so work that
 * grows faster than what was read has an end. Nothing here is an input: it changes no result, only
 * whether there is one.
 */
interface Meter {
  steps: number;
  suggestions: number;
}

/**
 * Most steps of a run. A step is about one character looked at where something is compared with
 * everything else: names with patterns, words with names, values with each other. Large
 * configurations stay far below it.
 */
export const MAX_STEPS: number = 1_000_000_000;

/**
 * Most misspelt words of a run that are compared with the names there are; whoever makes more gets
 * no suggestion for the rest.
 */
export const MAX_SUGGESTIONS: number = 300;

let meter: Meter = { steps: 0, suggestions: 0 };

/** Begins to count anew: a program that lives for many runs counts each by itself. */
export function startWork(): void {
  meter = { steps: 0, suggestions: 0 };
}

/** Counts steps. @returns false when the run has made too many. */
export function addSteps(count: number): boolean {
  meter.steps += count;
  return meter.steps <= MAX_STEPS;
}

/** Counts a misspelt word. @returns false when there were too many. */
export function maySuggest(): boolean {
  meter.suggestions += 1;
  return meter.suggestions <= MAX_SUGGESTIONS;
}
