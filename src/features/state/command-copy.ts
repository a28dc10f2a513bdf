import { required, type InputOf } from "../../command/input.ts";

/** What `state pull` and `state push` take; they differ in the direction alone. */
export const COPY_INPUT = {
  args: {
    environment: required("environment whose state it is"),
    where: required("file, git, or a file that ends in .json"),
  },
  options: {},
};

/** What they were given. */
export type CopyInput = InputOf<typeof COPY_INPUT>;
