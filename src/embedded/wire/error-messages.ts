import { STRING, listOf, messageOf, optional, plain } from "./field-spec.ts";
import type { MessageSpec } from "./field-spec.ts";

/**
 * What every refusal carries, as far as it is filled here.
 * @remarks Source: protobuf descriptors of the vendor's Node SDK 2.11.0, scalekit.v1.errdetails.
 */
export const ERROR_INFO: MessageSpec = {
  name: "ErrorInfo",
  fields: {
    error_code: plain(1, STRING),
    resource_info: optional(
      5,
      messageOf({
        name: "ResourceInfo",
        fields: { required_permissions: plain(5, listOf(STRING)) },
      }),
    ),
    request_info: optional(
      6,
      messageOf({
        name: "RequestInfo",
        fields: { request_id: plain(1, STRING) },
      }),
    ),
    validation_error_info: optional(
      8,
      messageOf({
        name: "ValidationErrorInfo",
        fields: {
          field_violations: plain(
            1,
            listOf(
              messageOf({
                // Nested in its parent on the vendor's side; the bytes are the same.
                name: "FieldViolation",
                fields: {
                  field: plain(1, STRING),
                  description: plain(2, STRING),
                  constraint: plain(3, STRING),
                },
              }),
            ),
          ),
        },
      }),
    ),
  },
};
