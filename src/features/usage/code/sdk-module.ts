/**
 * Packages of the vendor. @remarks Source: the names both SDKs are published under and imported by.
 */
const JAVASCRIPT_PACKAGE = "@scalekit-sdk/";
export const PYTHON_PACKAGE = "scalekit";
export const VENDOR_NAME = /scalekit/iu;

/** Whether a module is the vendor's SDK. */
export function isSdkModule(module: string): boolean {
  return (
    module.startsWith(JAVASCRIPT_PACKAGE) ||
    module === PYTHON_PACKAGE ||
    module.startsWith(`${PYTHON_PACKAGE}.`)
  );
}

/** Names people give to the client; they count only in a file that imports the SDK. */
export const CLIENT_NAME = /^_?(?:client|sdk|sk|sc|agentkit|agent_?auth)$/iu;
