import type { ConnectionCheck } from "./subject.ts";

const POINTER = "/credentials/redirect_uri";

/**
 * The redirect URI the platform made equals the declared one, which is the one registered at the provider. Whether the provider
 * really has it cannot be seen from here.
 */
export const checkRedirectUri: ConnectionCheck = ({ desired, live }) => {
  const check = "redirect_uri";
  const actual = live.computed[POINTER];
  const declared = desired.expected[POINTER];
  if (actual === undefined && declared === undefined) return [];
  if (declared === undefined)
    return [
      {
        check,
        result: "unknown",
        message: `the redirect URI is ${JSON.stringify(actual)}; whether the provider has it registered cannot be told`,
        fix: "register it in the provider's OAuth application and declare it under credentials.redirect_uri to have it compared",
      },
    ];
  if (declared === actual)
    return [
      { check, result: "ok", message: "the redirect URI is as declared" },
    ];
  return [
    {
      check,
      result: "bad",
      message: `the redirect URI is ${actual === undefined ? "not shown" : JSON.stringify(actual)}, declared is ${JSON.stringify(declared)}`,
      fix: "register the platform's URI in the provider's OAuth application and declare that one",
    },
  ];
};
