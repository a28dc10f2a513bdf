/** How many objects a plan would make, change and remove. */
export interface ChangeCounts {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

/**
 * What a merge request of GitLab shows of plans: flat, and one for a pipeline, so that environments
 * are summed.
 * @remarks Source: docs.gitlab.com, "artifacts:reports:terraform".
 */
export function sumOfChanges(all: readonly ChangeCounts[]): ChangeCounts {
  const sum = (of: keyof ChangeCounts): number =>
    all.reduce((total, counts) => total + counts[of], 0);
  return {
    create: sum("create"),
    update: sum("update"),
    delete: sum("delete"),
  };
}
