/**
 * What is used of pg-boss. It is no dependency of this package: whoever runs a fleet installs it,
 * and without it everything else compiles and runs.
 */
declare module "pg-boss" {
  interface BossDatabase {
    executeSql(
      text: string,
      values?: readonly unknown[],
    ): Promise<{ rows: readonly unknown[] }>;
  }

  interface SendOptions {
    readonly singletonKey: string;
    readonly startAfter: Date;
  }

  interface BossJob {
    readonly data: unknown;
    readonly state?: string;
    readonly signal: AbortSignal;
  }

  export class PgBoss {
    constructor(options: {
      readonly db: BossDatabase;
      readonly schema: string;
      readonly createSchema: boolean;
      readonly schedule: boolean;
      readonly superviseIntervalSeconds: number;
      readonly monitorIntervalSeconds: number;
      readonly registerInstance: boolean;
      readonly reindex: boolean;
      readonly monitorVacuum: boolean;
      readonly openTelemetry: { readonly enabled: boolean };
    });
    on(event: "error" | "warning", listener: () => void): this;
    start(): Promise<this>;
    stop(options: {
      readonly graceful: boolean;
      readonly timeout: number;
    }): Promise<void>;
    getQueue(name: string): Promise<object | null>;
    createQueue(name: string, options: object): Promise<void>;
    send(
      name: string,
      data: object,
      options: SendOptions,
    ): Promise<string | null>;
    upsert(name: string, data: object, options: SendOptions): Promise<object>;
    findJobs(
      name: string,
      options: { readonly key: string },
    ): Promise<readonly BossJob[]>;
    work(
      name: string,
      options: {
        readonly batchSize: number;
        readonly localConcurrency: number;
        readonly pollingIntervalSeconds: number;
      },
      handler: (jobs: readonly BossJob[]) => Promise<void>,
    ): Promise<string>;
  }
}
