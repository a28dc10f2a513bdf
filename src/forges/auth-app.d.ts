/**
 * What is used of the package, which is not always installed. Its own types describe the whole API
 * of GitHub.
 */
declare module "@octokit/auth-app" {
  /** Asks for tokens of an App. */
  export interface AppAuth {
    (of: { readonly type: "app" }): Promise<{ readonly token: string }>;
    (of: {
      readonly type: "installation";
      readonly installationId: number;
      readonly repositoryNames: readonly string[];
      readonly permissions: Readonly<Record<string, string>>;
      readonly refresh: boolean;
    }): Promise<{ readonly token: string; readonly expiresAt: string }>;
  }

  export function createAppAuth(options: {
    readonly appId: string;
    readonly privateKey: string;
    /** Seconds that the forge's clock is ahead of ours. */
    readonly timeDifference: number;
    readonly request: (
      route: string,
      parameters: Readonly<Record<string, unknown>>,
    ) => Promise<{ readonly data: unknown }>;
    readonly log: { readonly warn: (text: string) => void };
  }): AppAuth;
}
