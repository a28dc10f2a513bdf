import { countByStatus } from "../../domain/account.ts";
import { hasOnlyBrokenAccounts } from "../../domain/lifecycle.ts";
import type { ConnectionCheck } from "./subject.ts";

/** The states of the accounts that use the connection: the only sign of health the platform shows for use. */
export const checkAccounts: ConnectionCheck = ({ accounts }) => {
  const check = "accounts";
  if (accounts === "unknown")
    return [
      {
        check,
        result: "unknown",
        message: "the API does not show the accounts of this connection",
      },
    ];
  if (accounts.length === 0)
    return [
      {
        check,
        result: "unknown",
        message: "no account is connected yet, so nothing shows that it works",
        fix: "connect an account and test again",
      },
    ];
  const counts = countByStatus(accounts);
  const text = Object.entries(counts)
    .map(([status, count]) => `${String(count)} ${status}`)
    .join(", ");
  if (hasOnlyBrokenAccounts(counts))
    return [
      {
        check,
        result: "bad",
        message: `no account works: ${text}`,
        fix: "check client id, secret and scopes, then let a user connect again",
      },
    ];
  return [{ check, result: "ok", message: `accounts: ${text}` }];
};
