/**
 * A real browser, for pages. Tests that need it are skipped, and say so, where it or the package
 * that drives it is not installed.
 */
import { existsSync } from "node:fs";

/** A page of a browser, as far as tests use it. */
export interface BrowserPage {
  goto(address: string): Promise<unknown>;
  /** Resolves once it is there, on this page or on the one that it leads to. */
  waitForSelector(selector: string): Promise<unknown>;
  click(selector: string): Promise<void>;
  readonly keyboard: { press(key: string): Promise<void> };
  evaluate(script: string): Promise<unknown>;
  fill(selector: string, text: string): Promise<void>;
  selectOption(selector: string, value: string): Promise<unknown>;
  emulateMedia(media: {
    readonly colorScheme: "light" | "dark";
  }): Promise<void>;
  on(
    event: "console" | "pageerror" | "request",
    listener: (what: object) => void,
  ): void;
}

interface Browser {
  newPage(options?: {
    readonly javaScriptEnabled?: boolean;
    readonly viewport?: { readonly width: number; readonly height: number };
    readonly extraHTTPHeaders?: Readonly<Record<string, string>>;
  }): Promise<BrowserPage>;
  close(): Promise<void>;
}

const PROGRAMS: readonly string[] = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Starts a browser, or resolves to `undefined` where none is. */
export async function startBrowser(): Promise<Browser | undefined> {
  const executablePath = PROGRAMS.find((program) => existsSync(program));
  if (executablePath === undefined) return undefined;
  const name: string = "playwright-core";
  try {
    // The shape is the package's own.
    const { chromium } = (await import(name)) as {
      readonly chromium: { launch(options: object): Promise<Browser> };
    };
    // The page is ours, and containers give no sandbox.
    return await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  } catch {
    return undefined;
  }
}

/** The source of a checker of accessibility, or `undefined` where it is not installed. */
export async function checkerSource(): Promise<string | undefined> {
  const name: string = "axe-core";
  try {
    const { default: axe } = (await import(name)) as {
      readonly default: { readonly source: string };
    };
    return axe.source;
  } catch {
    return undefined;
  }
}
