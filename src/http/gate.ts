import type { Dispatcher } from "undici";
import type { HttpRequest } from "../ports/http-client.ts";

/** What a request has to pass at its last moment. */
export interface Gate {
  /** Why it was not sent; `undefined` while it was let pass. */
  readonly refusal: { readonly error: unknown } | undefined;
  /**
   * The same sockets behind the gate. It is passed when a socket is open and free, right before the
   * first byte is written: opening one may take long.
   */
  before(sockets: Dispatcher): Dispatcher;
}

/** The gate of one attempt. */
export function createGate({
  beforeSend,
}: Pick<HttpRequest, "beforeSend">): Gate {
  let refusal: Gate["refusal"];
  const pass = (): void => {
    try {
      beforeSend?.();
    } catch (error) {
      refusal = { error };
      throw error;
    }
  };
  return {
    get refusal() {
      return refusal;
    },
    before(sockets) {
      if (beforeSend === undefined) return sockets;
      return sockets.compose(
        (dispatch) => (request, handler) =>
          dispatch(request, {
            onRequestStart(...event) {
              pass();
              handler.onRequestStart?.(...event);
            },
            onRequestUpgrade: (...event) =>
              handler.onRequestUpgrade?.(...event),
            onResponseStart: (...event) => handler.onResponseStart?.(...event),
            onResponseData: (...event) => handler.onResponseData?.(...event),
            onResponseEnd: (...event) => handler.onResponseEnd?.(...event),
            onResponseError: (...event) => handler.onResponseError?.(...event),
          }),
      );
    },
  };
}
