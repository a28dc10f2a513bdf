import type { ConnectionCheck } from "./subject.ts";

/** Provider and auth type agree. Another kind of connection under our name answers to nothing the application expects. */
export const checkIdentity: ConnectionCheck = ({ desired, live }) => {
  const agrees =
    desired.provider === live.provider && desired.authType === live.authType;
  if (agrees)
    return [
      {
        check: "identity",
        result: "ok",
        message: `the platform has it as ${live.provider} with ${live.authType}`,
      },
    ];
  return [
    {
      check: "identity",
      result: "bad",
      message: `the platform has it as ${live.provider} with ${live.authType}, declared is ${desired.provider} with ${desired.authType}`,
      fix: "plan and review: the kind of a connection changes only by replacing it",
    },
  ];
};
