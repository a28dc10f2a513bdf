import fc from "fast-check";

/**
 * Every run of the suite tries the same cases, so that a change is judged by what it does and not
 * by chance. A search that asks for more cases (`TIELINE_PROPERTY_RUNS`) tries other ones each
 * time; `TIELINE_PROPERTY_SEED` repeats one.
 */
const DEFAULT_SEED = 20_260_101;

const asked = process.env["TIELINE_PROPERTY_SEED"];
if (asked !== undefined) fc.configureGlobal({ seed: Number(asked) });
else if (process.env["TIELINE_PROPERTY_RUNS"] === undefined)
  fc.configureGlobal({ seed: DEFAULT_SEED });
