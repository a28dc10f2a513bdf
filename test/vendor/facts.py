"""Writes what the vendor's Python SDK says about the wire, as JSON: messages, fields, numbers, types, rules, routes, permissions.

Usage: <interpreter that has scalekit-sdk-python> facts.py > facts.json.

Facts only: the vendor's texts and expressions are left out; a rule over several fields is named by a digest of its expression.
"""

import hashlib
import importlib.metadata
import json
import sys

from buf.validate import validate_pb2
from google.api import annotations_pb2, field_behavior_pb2, visibility_pb2
from google.protobuf import descriptor_pb2
from scalekit.core import CoreClient
from scalekit.v1.connected_accounts import connected_accounts_pb2
from scalekit.v1.connections import connections_pb2
from scalekit.v1.errdetails import errdetails_pb2
from scalekit.v1.options import options_pb2
from scalekit.v1.providers import providers_pb2

PACKAGE = "scalekit-sdk-python"
FILES = [connections_pb2, providers_pb2, connected_accounts_pb2]
# What the login side and the accounts' credentials are made of is none of our business: such a message is a name.
OPAQUE = {
    "OIDCConnectionConfig",
    "SAMLConnectionConfigRequest",
    "SAMLConnectionConfigResponse",
    "PasswordLessConfig",
    "WebAuthConfiguration",
    "Domain",
    "AuthorizationDetails",
}
# The calls whose messages matter: those of an environment that client credentials may make. Of the others only the route is kept.
RPCS = {
    "CreateEnvironmentConnection",
    "GetEnvironmentConnection",
    "UpdateEnvironmentConnection",
    "DeleteEnvironmentConnection",
    "EnableEnvironmentConnection",
    "DisableEnvironmentConnection",
    "GetConnectionTestResult",
    "ListAppConnections",
    "ListConnections",
    "CreateCustomProvider",
    "UpdateCustomProvider",
    "DeleteCustomProvider",
    "ListProviders",
    "ListConnectedAccounts",
    "SearchConnectedAccounts",
    "GetConnectedAccountDetails",
}
TYPES = {
    number: name.removeprefix("TYPE_").lower()
    for name, number in descriptor_pb2.FieldDescriptorProto.Type.items()
}

messages = {}
enums = {}


def is_repeated(field):
    # Newer protobuf libraries dropped the label.
    known = getattr(field, "is_repeated", None)
    return field.label == field.LABEL_REPEATED if known is None else known


def short(full_name, package):
    return full_name.removeprefix(package + ".")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def rules_of(rules):
    """The parts of a rule that are set, flattened: {"string.max_len": 32}."""
    found = {}

    def walk(message, path):
        for field, value in message.ListFields():
            at = path + [field.name]
            if field.name == "cel":
                found["cel"] = [digest(each.expression) for each in value]
            elif field.message_type is not None and not is_repeated(field):
                walk(value, at)
            elif is_repeated(field):
                found[".".join(at)] = list(value)
            else:
                found[".".join(at)] = value

    walk(rules, [])
    return found


def field_of(field):
    options = field.GetOptions()
    kind = TYPES[field.type]
    fact = {"name": field.name, "number": field.number}
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        fact["type"] = "map"
    elif field.message_type is not None:
        fact["type"] = "message"
        fact["of"] = name_of(field.message_type)
        visit(field.message_type)
    elif field.enum_type is not None:
        fact["type"] = "enum"
        fact["of"] = field.enum_type.name
        enums[field.enum_type.name] = {v.name: v.number for v in field.enum_type.values}
    else:
        fact["type"] = kind
    if is_repeated(field) and fact["type"] != "map":
        fact["repeated"] = True
    oneof = field.containing_oneof
    if oneof is not None:
        if oneof.name.startswith("_"):
            fact["optional"] = True
        else:
            fact["oneof"] = oneof.name
    rules = rules_of(options.Extensions[validate_pb2.field])
    if rules:
        fact["rules"] = rules
    behaviors = list(options.Extensions[field_behavior_pb2.field_behavior])
    if field_behavior_pb2.OUTPUT_ONLY in behaviors:
        fact["output_only"] = True
    if field_behavior_pb2.INPUT_ONLY in behaviors:
        fact["input_only"] = True
    return fact


def name_of(message):
    if message.file.package == "google.protobuf":
        return message.full_name
    return short(message.full_name, message.file.package)


def visit(message):
    name = name_of(message)
    if name in messages or message.file.package == "google.protobuf":
        return
    messages[name] = {}
    if name in OPAQUE:
        messages[name] = {"opaque": True}
        return
    rules = rules_of(message.GetOptions().Extensions[validate_pb2.message])
    messages[name] = {
        **({"rules": rules} if rules else {}),
        "fields": [field_of(field) for field in message.fields],
    }


def bindings_of(http):
    def one(rule):
        pattern = rule.WhichOneof("pattern")
        return {
            "method": pattern.upper(),
            "path": getattr(rule, pattern),
            **({"body": rule.body} if rule.body else {}),
        }

    return [one(http)] + [one(rule) for rule in http.additional_bindings]


def rpc_of(method):
    options = method.GetOptions()
    auth = options.Extensions[options_pb2.auth_option]
    return {
        "request": name_of(method.input_type),
        "reply": name_of(method.output_type),
        "http": bindings_of(options.Extensions[annotations_pb2.http]),
        "callers": auth.authentication_type,
        "permissions": sorted(auth.permissions),
    }


def compact(value, depth=0):
    """JSON with one line for whatever holds no further object but rules."""
    inline = json.dumps(value, ensure_ascii=True)
    is_deep = isinstance(value, dict) and (depth < 2 or "fields" in value)
    if not is_deep and not (depth == 3 and isinstance(value, list)):
        return inline
    pad = " " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{pad}{json.dumps(k)}: {compact(v, depth + 1)}" for k, v in value.items()]
        ends = "{}"
    else:
        parts = [f"{pad}{compact(v, depth + 1)}" for v in value]
        ends = "[]"
    text = ends[0] + "\n" + ",\n".join(parts) + "\n" + " " * depth + ends[1]
    return text + ("\n" if depth == 0 else "")


def main():
    rpcs = {}
    for file in FILES:
        for service in file.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                rpcs[f"{service.full_name}/{method.name}"] = rpc_of(method)
                if method.name in RPCS:
                    visit(method.input_type)
                    visit(method.output_type)
    visit(errdetails_pb2.DESCRIPTOR.message_types_by_name["ErrorInfo"])
    facts = {
        "source": {
            "package": PACKAGE,
            "version": importlib.metadata.version(PACKAGE),
            "licence": importlib.metadata.metadata(PACKAGE)["License"],
            "api_version": CoreClient.api_version,
        },
        "rpcs": dict(sorted(rpcs.items())),
        "messages": dict(sorted(messages.items())),
        "enums": dict(sorted(enums.items())),
    }
    sys.stdout.write(compact(facts))


main()
